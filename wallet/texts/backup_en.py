"""Wallet: the texts of backups, shares, passwords and children, in English."""

TEXTS: dict[str, str] = {
    "advice.again": "Word {place} again (Enter alone stops):",
    "advice.far": "Word {place} is in no list, and nothing is like it.",
    "advice.near": "Word {place} is in no list. Like it: {words}",
    "advice.other": "Word {place} would fit as: {words}",
    "advice.swap": "Words {first} and {second} would fit the other way round.",
    "backup.done": "{address} is backed up in {file}, under this wallet's password.",
    "backup.done_watch": "{address} is backed up in {file}, under the password that you gave.",
    "backup.group": "Group {group} of {groups}; {needed} of the groups are needed.",
    "backup.holds": "SLIP-39, holding the entropy of a BIP-39 phrase: list {language}, "
    "fingerprint {fingerprint}.",
    "backup.next": "Write it down, then press Enter: it leaves the screen.",
    "backup.other_wallets": "A wallet that takes SLIP-39 shares as a seed of its own makes other "
    "addresses of them: get the phrase back with jiaozi restore, or with a SLIP-39 tool that shows "
    "BIP-39 entropy.",
    "backup.passphrase": "A BIP-39 passphrase is needed besides. It is in none of the shares: keep "
    "it elsewhere.",
    "backup.rehearse": "Try it, nothing is changed: {command} rehearse {file}",
    "backup.rehearse_shares": "Try them, nothing is changed: {command} rehearse --from-shares",
    "backup.rehearse_files": "Try them, nothing is changed: cat {files} | {command} rehearse "
    "--from-shares",
    "backup.share": "Share {share} of {of}; any {needed} of these are needed.",
    "bip85.keep": "Whoever sees it has it. It is stored nowhere and can be shown again.",
    "bip85.title": "The child at {path}:",
    "help.backup": "back the wallet up: a sealed file, or SLIP-39 shares",
    "help.backup.example": "jiaozi backup jiaozi-backup.json\njiaozi backup --shares 2of3\n"
    "jiaozi backup --shares 2of3,3of5 --groups 1 --share-dir sheets",
    "help.bip85": "show a child secret for another use (BIP-85)",
    "help.bip85.example": "jiaozi bip85 phrase 0 --words 12\njiaozi bip85 hex 3 --bytes 32",
    "help.password": "change the wallet's password",
    "help.password.example": "jiaozi password",
    "help.rehearse": "prove that a backup restores this wallet; changes nothing",
    "help.rehearse.example": "jiaozi rehearse jiaozi-backup.json\n"
    "cat share-*.txt | jiaozi rehearse --from-shares",
    "help.restore": "make a wallet out of a backup file or of shares",
    "help.restore.example": "jiaozi restore jiaozi-backup.json\n"
    "jiaozi restore --from-shares --bank https://bank.example --rpc http://127.0.0.1:8545",
    "option.bytes": "how many bytes, 16 to 64 (else 32)",
    "option.from-shares": "type SLIP-39 shares, or read them from a pipe, one a line",
    "option.groups": "how many of the groups of shares are needed (else all)",
    "option.new-password-file": "read the new password from a file",
    "option.share-dir": "write each share to a file of its own in this directory",
    "option.shares": "SLIP-39 shares instead of a file: 2of3, or by groups 2of3,3of5",
    "option.word-list": "the phrase's word list: english, chinese_simplified, chinese_traditional, "
    "japanese, korean, spanish, french, italian, czech or portuguese",
    "password.change": "The new password (8 characters or more):",
    "password.changed": "The password is changed. Older backups keep the old one.",
    "rehearse.alone": "The backup opens and restores a wallet. There is none here to compare with.",
    "rehearse.newer": "Accounts that are newer than the backup: {count}. Make a new backup.",
    "rehearse.same": "The backup restores this wallet: the addresses are the same.",
    "restore.done": "The wallet is restored.",
    "shares.ask": "Share {share} (not shown, Enter alone stops):",
    "shares.group": "Group {group}: {have} of {need} shares.",
    "shares.groups": "Whole groups: {have} of {need}.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "backup.damaged": (
        "The file is no backup of a wallet, or it is damaged.",
        "Name a file that jiaozi backup wrote, or use another copy of it.",
    ),
    "backup.exists": (
        "There is a file {file} already; nothing was written.",
        "Choose another name.",
    ),
    "backup.password": (
        "The password does not open the backup, or its contents were changed.",
        "Give the password that the wallet had when the backup was made.",
    ),
    "bip85.index": (
        "{index} is not the number of a child.",
        "Give a number from 0 to {most}.",
    ),
    "bip85.length": (
        "A child has {least} to {most} bytes, not {length}.",
        "Give another number of bytes.",
    ),
    "password.nothing": (
        "Nothing in this wallet is under a password.",
        "There is nothing to change.",
    ),
    "rehearse.differs": (
        "The backup is another wallet's: it gives {actual} where {expected} was expected.",
        "Check which backup this is, its word list and its passphrase; this wallet is not in it.",
    ),
    "share.checksum": (
        "Share {share} is wrong in several words: its checksum does not agree.",
        "Compare every word of it with the written copy.",
    ),
    "share.contradiction": (
        "The shares are each sound, but one was not made with the others.",
        "Try other shares of the set.",
    ),
    "share.damaged": (
        "Share {share} has a checksum that agrees, but contents that no share has.",
        "Use another share of the set.",
    ),
    "share.few": (
        "{count} shares are not enough.",
        "Give as many as are needed of each group.",
    ),
    "share.fingerprint": (
        "The shares give a wallet with the fingerprint {actual}; their label says {expected}.",
        "Give the BIP-39 passphrase and the word list that the wallet had.",
    ),
    "share.labels": (
        "The labels beside the shares contradict one another.",
        "Give shares of one set only.",
    ),
    "share.length": (
        "Share {share} has {count} words; a share has 20, 23, 27, 30 or 33.",
        "Check that no word is missing or doubled.",
    ),
    "share.other_set": (
        "Share {share} belongs to another set than those before it.",
        "Give shares of one set only.",
    ),
    "share.suspect": (
        "Share {share} is wrong in one word, the one at place {place}.",
        "Compare that word with the written copy.",
    ),
    "share.twice": (
        "Share {share} was given before.",
        "Give another one.",
    ),
    "share.unproved": (
        "The shares that were made do not give the phrase back; none is shown.",
        "Report this with the version of jiaozi, and back up to a file.",
    ),
    "share.word": (
        "Share {share}: the word at place {place} is not in the list of share words.",
        "Compare that word with the written copy, letter by letter.",
    ),
    "shares.groups": (
        "{needed} of {groups} groups cannot be needed.",
        "Ask for at least 1 and at most as many groups as there are, up to 16.",
    ),
    "shares.plan": (
        "“{part}” is not a way to split.",
        "Write how many of how many, as 2of3: 2 to 16, or 1of1; commas part groups.",
    ),
}
