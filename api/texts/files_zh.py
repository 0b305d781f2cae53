"""Texts: payout files that persons stop, and what they acknowledge, in 简体中文."""

TEXTS: tuple[tuple[str, str], ...] = (
    # what a file's story tells
    ("begun to be handed in, the last time", "最近一次开始提交"),
    ("the bank spoke of it before its answer was written down", "记下银行的答复之前，银行已提到它"),
    ("two persons withdrew it", "两人已撤销它"),
    ("its payments", "其中的付款"),
    ("nobody withdrew it", "无人撤销它"),
    ("it is {state}, and {said}", "它为{state:said}，而{said:said}"),
    # errors
    (
        "Payout file {id} is {state}, neither held nor stopped.",
        "付款文件 {id} 为{state:said}，既未暂扣也未停止。",
    ),
    (
        "Payout file {id} is {state}, neither stopped nor held.",
        "付款文件 {id} 为{state:said}，既未停止也未暂扣。",
    ),
    (
        "Payout file {id} is {why}: there is nothing to stop.",
        "付款文件 {id} 为{why:said}：没有可停止的。",
    ),
    ("known to the bank, which has spoken of it", "银行已知并已提到它"),
    (
        "See how it stands: jiaozi-bridge explain {id}.",
        "请看它的情形：jiaozi-bridge explain {id}。",
    ),
    ("Stop it first: jiaozi-bridge stop {id}.", "请先停止它：jiaozi-bridge stop {id}。"),
    (
        "Payout file {id} is SAVED: the bank may be given it yet.",
        "付款文件 {id} 已保存：仍可能提交给银行。",
    ),
    (
        "Stop it first, lest the payment be made twice: jiaozi-bridge stop {id}.",
        "请先停止它，以免重复付款：jiaozi-bridge stop {id}。",
    ),
    (
        "Payout file {id} may still be on its way to the bank until {until}.",
        "付款文件 {id} 在 {until} 之前可能仍在提交途中。",
    ),
    (
        "Ask the bank meanwhile whether it has the file, and withdraw it then.",
        "请先询问银行是否已收到该文件，到时再撤销。",
    ),
    ("Payout file {id} is not what it was: {why}.", "付款文件 {id} 已有变化：{why:said}。"),
    (
        "Nothing was changed. See jiaozi-bridge explain {id}, then {then}.",
        "未作任何更改。请看 jiaozi-bridge explain {id}，然后{then:said}。",
    ),
    ("ask the bank", "询问银行"),
    ("withdraw the file", "撤销该文件"),
    ("the bank has told of {id}", "银行已告知 {id}"),
    ("Payouts are frozen: {why}", "付款已冻结：{why:said}"),
    (
        "End the alarm that stands under status first; nothing was changed.",
        "请先解除 status 中的警报；未作任何更改。",
    ),
    ("An alarm stands on refund {id}: {alarm}.", "退汇 {id} 上有警报：{alarm:said}。"),
    (
        "Find out what is true, and acknowledge it first: jiaozi-bridge acknowledge {id}.",
        "请先查明真相并确认：jiaozi-bridge acknowledge {id}。",
    ),
    ("There is no recall {id}.", "没有撤回 {id}。"),
    ("See the recalls under status.", "请看 status 中的撤回。"),
    (
        "Recall {id} is {state}: there is no loss to be settled, or not yet.",
        "撤回 {id} 为{state:said}：没有或尚无需了结的损失。",
    ),
    ("No refused document of the bank is called {id}.", "没有名为 {id} 的被拒银行文件。"),
    ("See the refused ones under status.", "请看 status 中被拒的文件。"),
    (
        "«{subject}» is no redemption, refund, recall, line or document of the bank.",
        "「{subject}」不是赎回、退汇、撤回、银行明细或银行文件。",
    ),
    (
        "The simulated bank refuses order {id}, and will go on doing so.",
        "模拟银行拒收付款指令 {id}，并将一直拒收。",
    ),
    ("Stop it: jiaozi-bridge stop {id}.", "请停止它：jiaozi-bridge stop {id}。"),
    # help
    ("hand a payout file in no more", "不再提交某付款文件"),
    (
        "propose that a payout file is never handed in (two persons)",
        "提议永不提交某付款文件（需两人）",
    ),
    (
        "hand a saved payout file in no more; what is under way still ends",
        "不再提交已保存的付款文件；已在途的照常完成",
    ),
    (
        (
            "propose that a stopped or held payout file is never handed in: each of its payments "
            "is owed again (two persons, who have asked the bank)"
        ),
        "提议永不提交已停止或暂扣的付款文件：其中每笔付款重新成为应付（需两人，且已询问银行）",
    ),
    ("message id of the payout file, as status shows it", "付款文件的报文编号，见 status"),
    (
        "a payout file above a ceiling, or a stopped one, may be handed in",
        "准许提交超出上限或已停止的付款文件",
    ),
    (
        "say what came of an alarm, a recall, a contradiction or a refused document",
        "说明警报、撤回、相互矛盾的明细或被拒文件的结果",
    ),
    (
        (
            "say what came of an alarm on a redemption or a refund, of a frozen recall, of a "
            "line that contradicts another or of a refused document: it stands no more"
        ),
        "说明赎回或退汇的警报、已冻结的撤回、与另一条矛盾的明细或被拒文件的结果：不再列出",
    ),
    (
        "of the redemption, the refund, the recall, the line or the document",
        "赎回、退汇、撤回、明细或文件的编号",
    ),
    ("the bank refuses the next order for good", "银行永久拒收下一份付款指令"),
    # ways on
    (
        (
            'jiaozi-bridge payment {id} --let-file-go --reason "…", or '
            'jiaozi-bridge withdraw {other} --reason "…"'
        ),
        (
            'jiaozi-bridge payment {id} --let-file-go --reason "…"，或 '
            'jiaozi-bridge withdraw {other} --reason "…"'
        ),
    ),
    (
        'jiaozi-bridge stop {id} --reason "…", where the bank refuses it for good',
        'jiaozi-bridge stop {id} --reason "…"，若银行永久拒收',
    ),
    ("two persons, who ask the bank whether it has it after all", "两人询问银行是否已收到它"),
    (
        (
            'jiaozi-bridge withdraw {id} --reason "…", ten minutes after the last try; or '
            'jiaozi-bridge payment {other} --let-file-go --reason "…"'
        ),
        (
            'jiaozi-bridge withdraw {id} --reason "…"，须在最后一次提交十分钟之后；或 '
            'jiaozi-bridge payment {other} --let-file-go --reason "…"'
        ),
    ),
    (
        "nothing: the bank never gets it, and each of its payments went on",
        "无：银行永远不会收到它，其中每笔付款另行处理",
    ),
    (
        (
            "jiaozi-bridge hand-in FILE, with the mended document, then "
            'jiaozi-bridge acknowledge {id} --reason "…"'
        ),
        (
            "jiaozi-bridge hand-in FILE，提交更正的文件，然后 "
            'jiaozi-bridge acknowledge {id} --reason "…"'
        ),
    ),
    ("nothing: a person has said what came of it", "无：已有人说明结果"),
    ("whoever is responsible, who settles the loss with the holder", "负责人与持有人了结损失"),
    (
        "whoever is responsible, who settles the loss with the holder: the freeze was lifted",
        "负责人与持有人了结损失：冻结已解除",
    ),
    (
        'jiaozi-bridge acknowledge {id} --reason "…", once it is settled',
        'jiaozi-bridge acknowledge {id} --reason "…"，待了结之后',
    ),
    ("nothing: a person has said how the loss was settled", "无：已有人说明损失如何了结"),
    # states
    ("STOPPED", "已停止（STOPPED）"),
    ("THAWED", "已解冻（THAWED）"),
    ("ACKNOWLEDGED", "已确认（ACKNOWLEDGED）"),
)
