"""Wallet: the texts of what is signed, its risks and the policy, in English."""

TEXTS: dict[str, str] = {
    "option.accept-risk": "go on past this named risk; may be given several times",
    "risk.question": "Type {risk} to go on, anything else to stop:",
}

ERRORS: dict[str, tuple[str, str]] = {
    "risk.declined": (
        "Stopped at the risk {risk}: nothing was signed.",
        "Run the command again if you have checked it.",
    ),
    "risk.needed": (
        "This has a risk that must be accepted by name: {risk}.",
        "Read what it says, then add --accept-risk={risk}; --yes does not cover it.",
    ),
}
