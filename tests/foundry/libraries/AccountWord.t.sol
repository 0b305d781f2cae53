// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Account, AccountWord} from "../../../contracts/libraries/AccountWord.sol";
import {OutsideWord} from "../../../contracts/libraries/OutsideWord.sol";
import {Check} from "../Check.sol";

/// Each field of the account word beside a plain struct: what one setter writes, no other moves.
contract AccountWordTest is Check {
    uint256 private constant MAX = type(uint96).max;

    struct Plain {
        uint96 balance;
        uint96 spent;
        uint16 day;
        uint8 tier;
        bool frozen;
    }

    function pack(Plain memory plain) private pure returns (Account account) {
        account = AccountWord.credit(Account.wrap(0), plain.balance);
        account = account.withSpent(plain.spent, plain.day).withTier(plain.tier);
        account = account.withFrozen(plain.frozen);
    }

    function equal(Account account, Plain memory plain) private pure {
        same("balance", account.balance(), plain.balance);
        same("spent", account.spentOn(plain.day), plain.spent);
        same("spent on another day", account.spentOn(uint256(plain.day) ^ 1), 0);
        same("tier", account.tier(), plain.tier);
        so("frozen", account.frozen() == plain.frozen);
        same("nothing between", (Account.unwrap(account) << 1) >> 212, 0);
    }

    function testFuzz_everyFieldKeepsToItself(Plain memory plain, Plain memory other) public pure {
        plain.tier %= 8;
        other.tier %= 8;
        equal(pack(plain), plain);

        Account account = pack(plain).withSpent(other.spent, other.day);
        (plain.spent, plain.day) = (other.spent, other.day);
        equal(account, plain);

        account = account.withTier(other.tier);
        plain.tier = other.tier;
        equal(account, plain);

        account = account.withFrozen(other.frozen);
        plain.frozen = other.frozen;
        equal(account, plain);
    }

    function testFuzz_debitAndCredit(Plain memory plain, uint96 out, uint96 in_) public pure {
        plain.tier %= 8;
        out = uint96(within(out, 0, plain.balance));
        Account account = pack(plain).debit(out);
        plain.balance -= out;
        equal(account, plain);
        in_ = uint96(within(in_, 0, MAX - plain.balance));
        account = account.credit(in_);
        plain.balance += in_;
        equal(account, plain);
    }

    function testFuzz_theDayTurnsEvery86400Seconds(uint40 time) public pure {
        uint256 midnight = uint256(time) - uint256(time) % 1 days;
        same("within", AccountWord.dayOf(midnight + 86_399), AccountWord.dayOf(midnight));
        so("after", AccountWord.dayOf(midnight + 86_400) != AccountWord.dayOf(midnight));
        same("days", AccountWord.dayOf(midnight), (midnight / 86_400) % 65_536);
    }

    function testFuzz_theOutsideAndTheSupplyAreOneSum(uint96[] memory amounts) public pure {
        Account outside = OutsideWord.empty();
        uint256 supply = 0;
        uint256 minted = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            if (i % 3 == 2) {
                uint256 burned = within(amounts[i], 0, supply);
                outside = outside.credit(burned);
                supply -= burned;
            } else {
                uint256 created = within(amounts[i], 0, MAX - supply);
                outside = OutsideWord.withMinted(outside, created).debit(created);
                supply += created;
                minted += created;
            }
            same("supply", OutsideWord.totalSupply(outside), supply);
            same("minted", OutsideWord.totalMinted(outside), minted);
        }
    }
}
