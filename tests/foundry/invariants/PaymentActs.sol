// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Stage} from "./Stage.sol";

/// Payments by the holder's own call, and allowances.
abstract contract PaymentActs is Stage {
    function pay(uint256 from_, uint256 to_, uint256 amount, uint256 dice) external {
        dice = shuffled(dice);
        (address from, address to) = _pair(from_, to_, dice);
        amount = fit(amount, dice, smaller(spendable(from), from == to ? ENDLESS : room(to)));
        bool may = mayPay(from, to, amount);
        (bytes4 reason, uint256 value, uint256 limit) = token.transferCheck(from, to, amount);
        so("canTransfer agrees", token.canTransfer(from, to, amount) == may);
        so("transferCheck agrees", (reason == 0) == may);
        (bool done, bytes memory answer) =
            actOnToken(from, abi.encodeCall(token.transfer, (to, amount)), may);
        if (done) paid(from, to, amount);
        else _saysTheSame(answer, reason, value, limit);
        lookAtBoth(from, to);
    }

    /// What a transfer throws is what `transferCheck` had said, to the last value.
    function _saysTheSame(bytes memory answer, bytes4 reason, uint256 value, uint256 limit)
        private
        pure
    {
        so("the reason", bytes4(answer) == reason);
        if (answer.length == 36) same("the value", _word(answer, 0), value);
        if (answer.length == 100) {
            same("the value", _word(answer, 1), value);
            same("the limit", _word(answer, 2), limit);
        }
    }

    function _word(bytes memory answer, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(answer, 36), mul(i, 32)))
        }
    }

    function approve(uint256 owner_, uint256 spender_, uint256 amount, uint256 dice) external {
        dice = shuffled(dice);
        (address owner, address spender) = (person(owner_), person(spender_));
        if (pick(dice, 4) == 0) amount = ENDLESS;
        if (pick(dice, 4) == 1) amount = within(amount, 0, persons[owner].balance);
        actOnToken(owner, abi.encodeCall(token.approve, (spender, amount)), true);
        persons[owner].allowed[spender] = amount;
        same("allowance", token.allowance(owner, spender), amount);
    }

    function payFrom(uint256 spender_, uint256 from_, uint256 to_, uint256 amount, uint256 dice)
        external
    {
        dice = shuffled(dice);
        (address from, address to) = _pair(from_, to_, dice);
        address spender = person(wild(dice) ? spender_ : unfrozen(spender_));
        uint256 allowed = persons[from].allowed[spender];
        uint256 most = smaller(spendable(from), from == to ? ENDLESS : room(to));
        amount = fit(amount, dice, smaller(most, allowed));
        bool may = amount <= allowed && !persons[spender].frozen && mayPay(from, to, amount);
        bytes memory data = abi.encodeCall(token.transferFrom, (from, to, amount));
        (bool done,) = actOnToken(spender, data, may);
        if (done) {
            paid(from, to, amount);
            if (allowed != ENDLESS) persons[from].allowed[spender] = allowed - amount;
        }
        same("allowance", token.allowance(from, spender), persons[from].allowed[spender]);
        lookAtBoth(from, to);
    }

    /// Two who can pay and be paid, unless the act is wild.
    function _pair(uint256 from_, uint256 to_, uint256 dice)
        internal
        returns (address from, address to)
    {
        if (wild(dice)) return (person(from_), person(to_));
        goOn();
        return (person(unfrozen(from_)), payee(to_));
    }

    /// Somebody not frozen and not over their limit, who is given a higher tier if need be.
    function payee(uint256 to_) internal returns (address to) {
        to = person(unfrozen(to_));
        if (mayHold(to, persons[to].balance)) return to;
        actOnToken(holderOf(COMPLIANCE), abi.encodeCall(token.setTier, (to, 5)), true);
        persons[to].tier = 5;
    }
}
