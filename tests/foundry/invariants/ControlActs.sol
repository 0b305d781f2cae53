// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {RedeemActs} from "./RedeemActs.sol";

/// What the bank's roles do to accounts and rules, the time that passes, and strangers who try.
abstract contract ControlActs is RedeemActs {
    function setTier(uint256 who_, uint256 tier) public {
        address who = person(who_);
        tier %= 6;
        bytes memory data = abi.encodeCall(token.setTier, (who, uint8(tier)));
        actOnToken(holderOf(COMPLIANCE), data, true);
        persons[who].tier = tier;
        look(who);
    }

    function freeze(uint256 who_) external {
        address who = person(who_);
        actOnToken(holderOf(COMPLIANCE), abi.encodeCall(token.freeze, (who)), true);
        if (!persons[who].frozen) persons[who].floor = persons[who].balance;
        persons[who].frozen = true;
        look(who);
    }

    function unfreeze(uint256 who_) external {
        address who = person(who_);
        actOnToken(holderOf(COMPLIANCE), abi.encodeCall(token.unfreeze, (who)), true);
        persons[who].frozen = false;
        look(who);
    }

    function pause() external {
        actOnToken(holderOf(GUARDIAN), abi.encodeCall(token.pause, ()), true);
        stopped = true;
        so("paused", token.paused());
    }

    function setLimits(uint256 tier, uint16 a, uint16 b, uint16 c) external {
        tier %= 5;
        uint256 scale = vast ? 10 ** (uint256(c) % 16) : 1_000;
        limit(tier, (a % 50) * scale, (uint256(b) % 100) * scale, (uint256(c) % 200) * scale);
    }

    function limit(uint256 tier, uint256 perPayment, uint256 perDay, uint256 balance) internal {
        bytes memory data =
            abi.encodeCall(token.setLimits, (uint8(tier), perPayment, perDay, balance));
        actOnToken(holderOf(GOVERNOR), data, true);
        tiers[tier] = Tier(perPayment, perDay, balance);
    }

    function seize(uint256 from_, uint256 to_, uint256 amount, uint256 dice) external {
        dice = shuffled(dice);
        address from = person(from_);
        address to = wild(dice) ? person(to_) : _heir(from, to_);
        amount = fit(amount, dice, persons[from].balance);
        bool may = from != to && persons[to].tier != 0 && !persons[to].frozen
            && amount <= persons[from].balance;
        bytes memory data = abi.encodeCall(token.forcedTransfer, (from, to, amount, "case"));
        (bool done,) = actOnToken(holderOf(SEIZURE), data, may);
        if (done) seized(from, to, amount);
        lookAtBoth(from, to);
    }

    /// Somebody else, registered and not frozen.
    function _heir(address from, uint256 to_) private returns (address to) {
        to = person(person(to_) == from ? to_ % PEOPLE + 1 : to_);
        if (persons[to].frozen) {
            actOnToken(holderOf(COMPLIANCE), abi.encodeCall(token.unfreeze, (to)), true);
            persons[to].frozen = false;
        }
        if (persons[to].tier == 0) {
            actOnToken(holderOf(COMPLIANCE), abi.encodeCall(token.setTier, (to, 1)), true);
            persons[to].tier = 1;
        }
    }

    // ------------------------------------------------------------------ time

    function wait(uint256 seconds_) external {
        pass(within(seconds_, 0, 12 hours));
        count(true);
    }

    /// To a second before midnight, or to midnight itself.
    function waitForMidnight(bool before) external {
        uint256 left = 1 days - (clock + offset) % 1 days;
        pass(before ? left - 1 : left);
        count(true);
    }
}
