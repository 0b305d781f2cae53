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
    "typed.domain": (
        "The typed message's {field} is not a domain of EIP-712.",
        "Its fields are name, version, chainId, verifyingContract and salt, in this order.",
    ),
    "typed.extra": (
        "The typed message has a field {field} that its type {kind} does not have.",
        "Nothing of it would be signed; ask whoever made the message for a correct one.",
    ),
    "typed.json": (
        "This is no typed message: it is not JSON, has a key twice, or is too large or too deep.",
        "Give the JSON of eth_signTypedData_v4, at most {largest} bytes.",
    ),
    "typed.missing": (
        "The typed message lacks its field {field} ({kind}).",
        "Ask whoever made the message for a correct one.",
    ),
    "typed.primary": (
        "The typed message's primaryType {kind} is not among its types.",
        "Ask whoever made the message for a correct one.",
    ),
    "typed.type": (
        "The typed message cannot be read: {kind} at {field} is no type of EIP-712.",
        "Ask whoever made the message for a correct one.",
    ),
    "typed.value": (
        "The typed message cannot be read: its field {field} is no value of type {kind}.",
        "Numbers are whole, in decimal or 0x-hex; bytes are 0x-hex; addresses keep their checksum.",
    ),
}
