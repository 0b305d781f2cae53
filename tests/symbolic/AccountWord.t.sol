// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account, AccountWord} from "../../contracts/libraries/AccountWord.sol";
import {Symbolic} from "./Symbolic.sol";

/// For every word there is: a reader reads its own bits, a writer writes them and no others.
contract AccountWordCheck is Symbolic {
    function check_readersReadTheirField(uint256 word, uint16 day) external pure {
        Account account = Account.wrap(word);
        Plain memory is_ = plain(word);
        assert(account.balance() == is_.balance);
        assert(account.tier() == is_.tier);
        assert(account.frozen() == is_.frozen);
        assert(account.spentOn(day) == (day == is_.day ? is_.spent : 0));
    }

    function check_sumsAreThoseOfTheField(uint256 word, uint16 day, uint128 amount) external pure {
        Account account = Account.wrap(word);
        Plain memory is_ = plain(word);
        assert(account.balanceWith(amount) == is_.balance + amount);
        assert(account.spentWith(amount, day) == (day == is_.day ? is_.spent : 0) + amount);
    }

    function check_creditAddsToTheBalance(uint256 word, uint96 amount) external pure {
        Plain memory is_ = plain(word);
        vm.assume(is_.balance + amount <= AMOUNT_MAX);
        is_.balance += amount;
        assertSame(plain(Account.unwrap(Account.wrap(word).credit(amount))), is_);
    }

    function check_debitTakesFromTheBalance(uint256 word, uint96 amount) external pure {
        Plain memory is_ = plain(word);
        vm.assume(amount <= is_.balance);
        is_.balance -= amount;
        assertSame(plain(Account.unwrap(Account.wrap(word).debit(amount))), is_);
    }

    function check_withSpentWritesTheDay(uint256 word, uint96 spent, uint16 day) external pure {
        Plain memory is_ = plain(word);
        (is_.spent, is_.day) = (spent, day);
        assertSame(plain(Account.unwrap(Account.wrap(word).withSpent(spent, day))), is_);
    }

    function check_withTierWritesTheTier(uint256 word, uint8 tier) external pure {
        vm.assume(tier <= UNLIMITED);
        Plain memory is_ = plain(word);
        is_.tier = tier;
        assertSame(plain(Account.unwrap(Account.wrap(word).withTier(tier))), is_);
    }

    function check_withFrozenWritesTheFreeze(uint256 word, bool frozen) external pure {
        Plain memory is_ = plain(word);
        is_.frozen = frozen;
        assertSame(plain(Account.unwrap(Account.wrap(word).withFrozen(frozen))), is_);
    }

    function check_aDayHas86400Seconds(uint256 time) external pure {
        assert(AccountWord.dayOf(time) == (time / 86_400) % 65_536);
    }
}
