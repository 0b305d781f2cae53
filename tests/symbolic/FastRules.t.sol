// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account} from "../../contracts/libraries/AccountWord.sol";
import {FastRules} from "../../contracts/libraries/FastRules.sol";
import {Policy} from "../../contracts/libraries/PolicyWord.sol";
import {Rules} from "../../contracts/libraries/Rules.sol";
import {Symbolic} from "./Symbolic.sol";

/// The one test that stands for all rules never lets through what `Rules` refuses, and leaves behind
/// the same word.
contract FastRulesCheck is Symbolic {
    struct Payment {
        Policy policy;
        Account sender;
        Account recipient;
        uint256 amount;
        uint16 day;
    }

    function check_whatPassesTheRulesLetPass(Payment calldata it, uint256 apart) external pure {
        vm.assume(apart < 2 ** 255);
        assumeLimitsAreDecoded(it.policy, it.sender.tier());
        assumeLimitsAreDecoded(it.policy, it.recipient.tier());
        (Account spent, uint256 today) = FastRules.spend(it.sender, it.amount, it.day);
        if (FastRules.objects(it.policy, it.sender, it.recipient, apart, it.amount, today)) return;
        assert(apart != 0);
        assert(!it.policy.paused());
        (bytes4 reason, Account expected) = Rules.spending(it.policy, it.sender, it.amount, it.day);
        assert(reason == 0);
        assert(Account.unwrap(spent) == Account.unwrap(expected));
        uint256 balance = it.recipient.balanceWith(it.amount);
        assert(Rules.receiving(it.policy, it.recipient, balance) == 0);
    }

    function check_whatIsMintedTheRulesLetPass(
        Policy policy,
        Account outside,
        uint208 low,
        uint8 tier,
        bool frozen,
        uint256 amount,
        uint256 taken
    ) external pure {
        unchecked {
            vm.assume(taken & (taken - 1) == 0); // one bit or none
        }
        for (uint256 each = 0; each <= UNLIMITED; ++each) {
            if (tier != each) continue;
            assumeLimitsAreDecoded(policy, each);
            Account recipient = Account.wrap(wordOf(low, each, frozen));
            assertMint(policy, outside, recipient, amount, taken);
            return;
        }
    }

    function assertMint(
        Policy policy,
        Account outside,
        Account recipient,
        uint256 amount,
        uint256 taken
    ) private pure {
        uint256 balance = recipient.balanceWith(amount);
        bool allowed = taken == 0 && Rules.minting(outside, amount) == 0
            && Rules.receiving(policy, recipient, balance) == 0;
        if (FastRules.objectsToMint(policy.balanceLimits(), outside, recipient, amount, taken)) {
            // The supply is one sum: what is inside and outside of it fits the field together.
            assert(!allowed || balance > AMOUNT_MAX);
        } else {
            assert(allowed && balance <= AMOUNT_MAX);
        }
    }

    /// No limit is above 4095 · 10^15: `PolicyWordCheck` proves it, and the solver, to whom 10^n is
    /// any function, must be told.
    function assumeLimitsAreDecoded(Policy policy, uint256 tier) private pure {
        vm.assume(policy.limits(tier).perPayment() < 2 ** 62);
        vm.assume(policy.limits(tier).perDay() < 2 ** 62);
        vm.assume(policy.limits(tier).onBalance() < 2 ** 62);
    }
}
