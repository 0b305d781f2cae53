"""Texts: errors of settings, operators and files, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    ("{maker} has proposed exactly this as {id}.", "{maker} 已提交过完全相同的提议 {id}。"),
    ("«{name}» takes two persons.", "«{name}» 须双人复核。"),
    (
        "«{name}» takes one person: there is nothing to propose.",
        "«{name}» 一人即可办理，无须提议。",
    ),
    (
        "{checker} proposed {id} and cannot approve it.",
        "{id} 由 {checker} 提出，不能由其本人复核。",
    ),
    ("The digest {digest} is not that of {id}.", "摘要 {digest} 与 {id} 不符。"),
    ("There is no action «{name}».", "没有 «{name}» 这个事项。"),
    ("There is no proposal {proposal_id}.", "没有提议 {proposal_id}。"),
    (
        "{id} is {state}, by {who}: it is decided once.",
        "{id} 已由 {who:said} 定为{state:said}：只能决定一次。",
    ),
    ("{id} could be decided until {expires_at}.", "{id} 的复核期限截至 {expires_at}。"),
    (
        "Another operator approves it: jiaozi-bridge approve {id}.",
        "请另一位操作员复核：jiaozi-bridge approve {id}。",
    ),
    (
        "The stored words of {id} are not those that were proposed.",
        "{id} 所存的内容与当初提出的不同。",
    ),
    (
        "A reason has 1 to {longest_reason} visible characters.",
        "原因须为 1 至 {longest_reason} 个可见字符。",
    ),
    ("Propose it; another operator approves it.", "请提交提议，由另一位操作员复核。"),
    ("Do it.", "请直接办理。"),
    ("Another operator must look at it.", "须由另一位操作员查看。"),
    (
        "Look at the proposal again, and give the digest that it shows.",
        "请再次查看该提议，并给出其所示的摘要。",
    ),
    ("There are: {actions}.", "可用的有：{actions}。"),
    ("jiaozi-bridge proposals lists them.", "jiaozi-bridge proposals 列出全部提议。"),
    ("Propose anew what is still to be done.", "若仍需办理，请重新提交提议。"),
    ("Propose it anew if it is still to be done.", "若仍需办理，请重新提交提议。"),
    (
        "Stop. Somebody changed the database: run the audit.",
        "请停止。有人改动了数据库：请运行审计。",
    ),
    (
        "Say in a sentence why, for whoever reads the history.",
        "请用一句话说明原因，供日后查阅操作记录的人看。",
    ),
    ("A parameter is a {name}, which has no one spelling.", "有一个参数是 {name}，没有唯一写法。"),
    ("Give texts and whole numbers.", "请给出文本和整数。"),
    (
        "The subject of an action has 1 to {longest_subject} characters.",
        "事项的对象须为 1 至 {longest_subject} 个字符。",
    ),
    ("Give the id of one thing.", "请给出一件事物的编号。"),
    ("Proposal {id} was decided by somebody else at this moment.", "提议 {id} 此刻已由他人决定。"),
    ("Nothing was changed. Look at it again.", "未作任何改动。请再次查看。"),
    ("«{word}» is no deposit, and none came of it.", "«{word}» 不是存款，也没有由它产生的存款。"),
    ("Nothing here is called «{word}».", "没有名为 «{word}» 的内容。"),
    (
        (
            "Give an id as `status` or a log shows it, a deposit's number, the bank's own "
            "reference, an end-to-end id, or a transaction's hash."
        ),
        "请给出 `status` 或日志中的编号、存款号、银行参考号、端到端编号或交易哈希。",
    ),
    (
        "database_url names {get_backend_name}, which the bridge does not speak.",
        "database_url 指明 {get_backend_name}，桥不支持。",
    ),
    (
        "Write sqlite:///path/to/file.db or postgresql://user@host/name.",
        "请写作 sqlite:///path/to/file.db 或 postgresql://user@host/name。",
    ),
    ("database_url is not a database address.", "database_url 不是数据库地址。"),
    (
        "database_url names an SQLite file by a URI of its own.",
        "database_url 用 URI 指明 SQLite 文件。",
    ),
    ("unable to open database file: {strerror}", "无法打开数据库文件：{strerror}"),
    ("Write sqlite:///path/to/file.db.", "请写作 sqlite:///path/to/file.db。"),
    ("all its connections are in use", "全部连接都在使用"),
    ("no reason given", "未给原因"),
    ("The database did not answer ({error}).", "数据库没有应答（{error:said}）。"),
    ("Nothing was changed; try again in a few seconds.", "未作任何改动；请几秒后重试。"),
    (
        "{field} is not a whole number of at most {bits} bits.",
        "{field} 不是至多 {bits} 位的整数。",
    ),
    ("{field} is not {length} bytes of hex.", "{field} 不是 {length} 字节的十六进制。"),
    (
        "{field} is not 1 to {longest} bytes of hex.",
        "{field} 不是 1 至 {longest} 字节的十六进制。",
    ),
    ("There is no {prefix} with this id.", "没有这个编号的{prefix:said}。"),
    (
        'Write it in decimal digits within quotes, such as "1250".',
        '请写成引号内的十进制数字，例如 "1250"。',
    ),
    ("Write 0x and {length} hex digits.", "请写 0x 和 {length} 位十六进制数字。"),
    (
        "Write 0x and an even number of hex digits: 130 of them for a key's signature.",
        "请写 0x 和偶数位十六进制数字：密钥的签名为 130 位。",
    ),
    ("{field} is empty.", "{field} 为空。"),
    ("{field} is longer than {longest} characters.", "{field} 超过 {longest} 个字符。"),
    ("{field} contains a character that cannot be shown.", "{field} 含有无法显示的字符。"),
    (
        "Check the id; it is in the answer to the request that made it.",
        "请检查编号；它在产生它的请求的答复中。",
    ),
    ("Fill it in.", "请填写。"),
    ("Shorten it to {longest} characters.", "请缩短至 {longest} 个字符。"),
    (
        "Write it with visible characters and ordinary spaces, on one line.",
        "请用可见字符和普通空格写成一行。",
    ),
    ("Another process has taken over «{name}».", "另一进程已接管 «{name}»。"),
    (
        "This process stops here; the other one goes on with the work.",
        "本进程在此停止；工作由另一进程继续。",
    ),
    (
        "A {thing} that is {before} cannot become {after}.",
        "{before:said}的{thing:said}不能变为{after:said}。",
    ),
    (
        "Nothing was changed. Look at what led here before going on.",
        "未作任何改动。继续之前，请先查明起因。",
    ),
    (
        "The token in the file for {setting} is shorter than {shortest} characters.",
        "{setting} 所指文件中的令牌短于 {shortest} 个字符。",
    ),
    ("{name} has a token that others have too.", "{name} 的令牌与他人相同。"),
    (
        "Write a random one, for example the output of: openssl rand -hex 32.",
        "请写入一个随机值，例如 openssl rand -hex 32 的输出。",
    ),
    (
        "Give every operator a token of their own: two persons need two.",
        "请给每位操作员各自的令牌：双人复核须有两个。",
    ),
    (
        "The secret in the file for {field} is shorter than {min_secret} characters.",
        "{field} 所指文件中的机密短于 {min_secret} 个字符。",
    ),
    (
        "The file for {field} is no text in UTF-8: {file}.",
        "{field} 所指的文件不是 UTF-8 文本：{file}。",
    ),
    (
        "Write the secret as text, for example the output of: openssl rand -hex 32.",
        "请以文本写入机密，例如 openssl rand -hex 32 的输出。",
    ),
    (
        "The settings file {file} cannot be read ({reason}).",
        "设置文件 {file} 无法读取（{reason}）。",
    ),
    ("Name a file, and let the bridge read it.", "请指明一个文件，并允许桥读取。"),
    ("The file for {field} is empty: {file}.", "{field} 所指的文件为空：{file}。"),
    ("There is no settings file at {file}.", "{file} 处没有设置文件。"),
    ("{file} is not valid TOML: {error}.", "{file} 不是有效的 TOML：{error}。"),
    (
        "The file for {field} cannot be read ({strerror}): {file}.",
        "{field} 所指的文件无法读取（{strerror}）：{file}。",
    ),
    ("Write the secret into it.", "请把机密写入其中。"),
    ("must be a table of tables", "须为由表组成的表"),
    ("Write [keys.operator] …", "请写 [keys.operator] …"),
    ("Write [operators.ada] …", "请写 [operators.ada] …"),
    ("must be a text that is not empty", "须为非空文本"),
    ("Put it in quotes.", "请加引号。"),
    ("must be a whole number from {low} to {high}", "须为 {low} 至 {high} 的整数"),
    ("Write it without quotes.", "请不加引号。"),
    ("must be a list of texts", "须为文本列表"),
    ("is «{value}», no time of day", "为 «{value}»，不是时刻"),
    ('Write "16:00", in quotes.', '请写 "16:00"，加引号。'),
    ("must be a list of dates", "须为日期列表"),
    ("Write [2026-12-25], no quotes.", "请写 [2026-12-25]，不加引号。"),
    ("Write one of: {choices}.", "请写以下之一：{choices}。"),
    (
        "Give one with --config FILE or {env_config}=FILE.",
        "请用 --config FILE 或 {env_config}=FILE 指明。",
    ),
    ("Mend that line.", "请更正该行。"),
    ("The settings file has what is no setting: {names}.", "设置文件中有不存在的设置：{names}。"),
    (
        "Perhaps it should be {near}: mend its spelling, or take it out.",
        "或许应为 {near}：请更正拼写，或将其删去。",
    ),
    ("Mend its spelling, or take it out.", "请更正拼写，或将其删去。"),
    (
        "Create it, readable by the bridge alone (chmod 600).",
        "请建立该文件，并只让桥可读（chmod 600）。",
    ),
    ("is no name of a person", "不是人名"),
    (
        "Use lower-case letters, digits, dots and dashes, beginning with a letter.",
        "请用小写字母、数字、点和连字符，以字母开头。",
    ),
    ("Add it to the settings file.", "请加入设置文件。"),
    ("is «{value}», which is no time zone", "为 «{value}»，不是时区"),
    ('Write "Europe/Berlin", say.', '例如 "Europe/Berlin"。'),
    (
        "The database is at step {found}; this program needs step {newest}.",
        "数据库处于第 {found:said} 步；本程序需要第 {newest} 步。",
    ),
    ("Run: jiaozi-bridge migrate.", "请运行：jiaozi-bridge migrate。"),
    (
        (
            "The database is at step {step}, which this program does not know (its own is "
            "{newest}): a newer version has upgraded it."
        ),
        "数据库处于第 {step} 步，本程序不认识（自身为 {newest}）：已由更新的版本升级。",
    ),
    (
        "Start that version. There is no way back but a backup from before.",
        "请启动那个版本。除升级前的备份外，没有退路。",
    ),
    ("«{subject}» is no number.", "«{subject}» 不是数字。"),
    (
        "The database is in no doubt: no restore waits for a word.",
        "数据库没有疑问：没有恢复备份在等待答复。",
    ),
    ("See jiaozi-bridge reconcile.", "请看 jiaozi-bridge reconcile。"),
    ("See jiaozi-bridge status for the alarms that stand.", "现有警报见 jiaozi-bridge status。"),
    ("Say which statement of the file.", "请写明是文件中的第几份对账单。"),
    ("{what} already: {thing_id} is {state}.", "{what:said}：{thing_id} 为{state:said}。"),
    ("The money of {subject} goes back", "{subject} 的款项已在退回"),
    ("{id} is credited again", "{id} 已重新入账"),
    ("paid must be true or false.", "paid 须为 true 或 false。"),
    (
        "There is nothing to decide: jiaozi-bridge explain {thing_id} tells how it goes.",
        "无须再作决定：jiaozi-bridge explain {thing_id} 说明进展。",
    ),
    ("Say what the bank wrote.", "请写明银行的答复。"),
    (
        "jiaozi-bridge status shows the alarms with the ids that they stand on.",
        "jiaozi-bridge status 列出警报及其编号。",
    ),
    ("Give it as the parameter {name}.", "请以参数 {name} 给出。"),
)
