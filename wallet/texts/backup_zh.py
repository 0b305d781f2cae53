"""Wallet: the texts of backups, shares, passwords and children, in 简体中文."""

TEXTS: dict[str, str] = {
    "advice.again": "请重新输入第 {place} 个词（直接回车则停止）：",
    "advice.far": "第 {place} 个词不在词表中，也没有相近的词。",
    "advice.near": "第 {place} 个词不在词表中。相近的词：{words}",
    "advice.other": "第 {place} 个词若为以下之一则相符：{words}",
    "advice.swap": "第 {first} 个词与第 {second} 个词对调后则相符。",
    "backup.done": "{address} 已备份到 {file}，由本钱包的密码保护。",
    "backup.done_watch": "{address} 已备份到 {file}，由您刚才设定的密码保护。",
    "backup.group": "第 {group} 组，共 {groups} 组；需要其中 {needed} 组。",
    "backup.holds": "SLIP-39 分片，内含 BIP-39 助记词的熵：词表 {language}，指纹 {fingerprint}。",
    "backup.next": "请抄写下来，然后按回车：它会从屏幕上清除。",
    "backup.other_wallets": "把 SLIP-39 分片直接当作自身种子的钱包会得出不同的地址：请用 "
    "jiaozi restore 恢复助记词，或使用能显示 BIP-39 熵的 SLIP-39 工具。",
    "backup.passphrase": "另外还需要 BIP-39 密语。任何分片中都不含密语，请另行保管。",
    "backup.rehearse": "请演练一次（不会改动任何东西）：{command} rehearse {file}",
    "backup.rehearse_shares": "请演练一次（不会改动任何东西）：{command} rehearse --from-shares",
    "backup.rehearse_files": "请演练一次（不会改动任何东西）：cat {files} | {command} rehearse "
    "--from-shares",
    "backup.share": "第 {share} 份分片，共 {of} 份；其中任意 {needed} 份即可恢复。",
    "bip85.keep": "看到它的人就拥有它。它不会保存在任何地方，可随时再次显示。",
    "bip85.title": "位于 {path} 的子密钥：",
    "help.backup": "备份钱包：加密文件，或 SLIP-39 分片",
    "help.backup.example": "jiaozi backup jiaozi-backup.json\njiaozi backup --shares 2of3\n"
    "jiaozi backup --shares 2of3,3of5 --groups 1 --share-dir sheets",
    "help.bip85": "显示用于其他用途的子密钥（BIP-85）",
    "help.bip85.example": "jiaozi bip85 phrase 0 --words 12\njiaozi bip85 hex 3 --bytes 32",
    "help.password": "更改钱包密码",
    "help.password.example": "jiaozi password",
    "help.rehearse": "演练恢复：证明备份能恢复本钱包，不作任何改动",
    "help.rehearse.example": "jiaozi rehearse jiaozi-backup.json\n"
    "cat share-*.txt | jiaozi rehearse --from-shares",
    "help.restore": "从备份文件或分片恢复钱包",
    "help.restore.example": "jiaozi restore jiaozi-backup.json\n"
    "jiaozi restore --from-shares --bank https://bank.example --rpc http://127.0.0.1:8545",
    "option.bytes": "字节数，16 至 64（默认 32）",
    "option.from-shares": "输入 SLIP-39 分片，或从管道读取，每行一份",
    "option.groups": "需要几组分片（默认全部）",
    "option.new-password-file": "从文件读取新密码",
    "option.share-dir": "把每份分片写入此目录中的单独文件",
    "option.shares": "改为生成 SLIP-39 分片：如 2of3，分组则如 2of3,3of5",
    "option.word-list": "助记词的词表：english、chinese_simplified、chinese_traditional、"
    "japanese、korean、spanish、french、italian、czech 或 portuguese",
    "password.change": "新密码（至少 8 个字符）：",
    "password.changed": "密码已更改。更早的备份仍使用旧密码。",
    "rehearse.alone": "备份可以打开并恢复出一个钱包。此处没有钱包可供比对。",
    "rehearse.newer": "有 {count} 个账户晚于该备份。请重新备份。",
    "rehearse.same": "该备份能恢复本钱包：地址一致。",
    "restore.done": "钱包已恢复。",
    "shares.ask": "第 {share} 份分片（输入时不显示，直接回车则停止）：",
    "shares.group": "第 {group} 组：已有 {have} 份，需要 {need} 份。",
    "shares.groups": "已齐的组：{have}，需要 {need} 组。",
}

ERRORS: dict[str, tuple[str, str]] = {
    "backup.damaged": (
        "该文件不是钱包备份，或已损坏。",
        "请指定由 jiaozi backup 写出的文件，或改用它的另一份副本。",
    ),
    "backup.exists": (
        "文件 {file} 已存在；没有写入任何内容。",
        "请换一个名称。",
    ),
    "backup.password": (
        "密码打不开该备份，或其内容被改动过。",
        "请输入制作备份时钱包所用的密码。",
    ),
    "bip85.index": (
        "{index} 不是子密钥的编号。",
        "请输入 0 至 {most} 之间的数。",
    ),
    "bip85.length": (
        "子密钥应为 {least} 至 {most} 字节，而不是 {length} 字节。",
        "请给出其他字节数。",
    ),
    "password.nothing": (
        "该钱包中没有受密码保护的内容。",
        "无需更改。",
    ),
    "rehearse.differs": (
        "该备份属于另一个钱包：应为 {expected}，却得出 {actual}。",
        "请核对这是哪一份备份，以及词表和密语；本钱包不在其中。",
    ),
    "share.checksum": (
        "第 {share} 份分片有多个词错误：校验和不符。",
        "请把其中每个词与抄写件逐一核对。",
    ),
    "share.contradiction": (
        "各份分片单独看都没有错，但其中一份不是与其他分片一起生成的。",
        "请换用同一套中的其他分片。",
    ),
    "share.damaged": (
        "第 {share} 份分片的校验和相符，但内容不是任何分片应有的。",
        "请换用同一套中的另一份分片。",
    ),
    "share.few": (
        "{count} 份分片不够。",
        "请按每组所需的份数提供分片。",
    ),
    "share.fingerprint": (
        "这些分片得出的钱包指纹为 {actual}，而标签上写的是 {expected}。",
        "请给出该钱包原来的 BIP-39 密语和词表。",
    ),
    "share.labels": (
        "分片旁的标签互相矛盾。",
        "请只提供同一套的分片。",
    ),
    "share.length": (
        "第 {share} 份分片有 {count} 个词；分片应为 20、23、27、30 或 33 个词。",
        "请检查有没有漏词或重复。",
    ),
    "share.other_set": (
        "第 {share} 份分片与之前的分片不属于同一套。",
        "请只提供同一套的分片。",
    ),
    "share.suspect": (
        "第 {share} 份分片有一个词错误：第 {place} 个。",
        "请把该词与抄写件核对。",
    ),
    "share.twice": (
        "第 {share} 份分片之前已经提供过。",
        "请提供另一份。",
    ),
    "share.unproved": (
        "生成的分片无法还原助记词，因此不予显示。",
        "请连同 jiaozi 的版本号报告此问题，并改用文件备份。",
    ),
    "share.word": (
        "第 {share} 份分片：第 {place} 个词不在分片词表中。",
        "请把该词与抄写件逐字母核对。",
    ),
    "shares.groups": (
        "不能要求 {groups} 组中的 {needed} 组。",
        "需要的组数至少为 1，至多为总组数，且不超过 16。",
    ),
    "shares.plan": (
        "“{part}”不是可用的分片方式。",
        "请写明几份中的几份，如 2of3：2 至 16，或 1of1；各组之间用逗号分隔。",
    ),
}
