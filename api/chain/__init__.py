"""Chain: the only room that talks to a node. Reads final events, sends what was signed and saved.

`deployment` which contracts; `node` one node's answers; `abi`, `calldata` bytes and their meaning;
`view` the port by which other rooms ask (`memory` is its fake); `store`, `sender`, `lane` the
transactions of the bank's keys; `reader` the events.
"""

from api.chain import calldata
from api.chain.abi import EventType, Revert, event_types, explain_selector
from api.chain.alarms import (
    Alarm,
    AlarmKind,
    frozen,
    is_standing,
    list_alarms,
    lower,
    raise_alarm,
    resume,
)
from api.chain.answers import SendOutcome
from api.chain.blocks import Incident, incidents
from api.chain.context import ChainDep, chain_of, provide_chain
from api.chain.deployment import Deployment, load_deployment
from api.chain.fees import outbid, raised
from api.chain.handling import BulkHandler
from api.chain.keys import Fees, SigningKey, load_key, load_lane
from api.chain.lane import LaneContext, SendingRules
from api.chain.model import (
    ChainEvent,
    EventHandler,
    Failure,
    FailureKind,
    Lane,
    RevertHandler,
    SentHandler,
    TxState,
    Work,
)
from api.chain.node import CallReverted, Node, Refusal
from api.chain.passing import PASSES_AGAIN, Passing, back_off, is_due, passing, put_off
from api.chain.reader import Reader
from api.chain.refusals import (
    RefusedByToken,
    check_signature,
    check_trial,
    check_trials,
    refused_by_token,
)
from api.chain.relaying import (
    LONGEST_SIGNATURE,
    REDEEMS,
    TRANSFERS,
    Relayed,
    redeem_entry,
    transfer_entry,
)
from api.chain.sender import LaneKeys, Sender
from api.chain.shapes import RawLog
from api.chain.store import (
    count_by_state,
    count_open,
    enqueue,
    find_by_hash,
    find_hash,
    is_open,
    position,
    rewind,
    states_of,
    withdraw,
)
from api.chain.strangers import Stranger, excuse_strangers, halting_strangers, what_halts
from api.chain.view import (
    AccountView,
    Attested,
    ChainView,
    IssueRoom,
    RedemptionView,
    SupplyView,
    TokenChain,
)

__all__ = [
    "LONGEST_SIGNATURE",
    "PASSES_AGAIN",
    "REDEEMS",
    "TRANSFERS",
    "AccountView",
    "Alarm",
    "AlarmKind",
    "Attested",
    "BulkHandler",
    "CallReverted",
    "ChainDep",
    "ChainEvent",
    "ChainView",
    "Deployment",
    "EventHandler",
    "EventType",
    "Failure",
    "FailureKind",
    "Fees",
    "Incident",
    "IssueRoom",
    "Lane",
    "LaneContext",
    "LaneKeys",
    "Node",
    "Passing",
    "RawLog",
    "Reader",
    "RedemptionView",
    "Refusal",
    "RefusedByToken",
    "Relayed",
    "Revert",
    "RevertHandler",
    "SendOutcome",
    "Sender",
    "SendingRules",
    "SentHandler",
    "SigningKey",
    "Stranger",
    "SupplyView",
    "TokenChain",
    "TxState",
    "Work",
    "back_off",
    "calldata",
    "chain_of",
    "check_signature",
    "check_trial",
    "check_trials",
    "count_by_state",
    "count_open",
    "enqueue",
    "event_types",
    "excuse_strangers",
    "explain_selector",
    "find_by_hash",
    "find_hash",
    "frozen",
    "halting_strangers",
    "incidents",
    "is_due",
    "is_open",
    "is_standing",
    "list_alarms",
    "load_deployment",
    "load_key",
    "load_lane",
    "lower",
    "outbid",
    "passing",
    "position",
    "provide_chain",
    "put_off",
    "raise_alarm",
    "raised",
    "redeem_entry",
    "refused_by_token",
    "resume",
    "rewind",
    "states_of",
    "transfer_entry",
    "what_halts",
    "withdraw",
]
