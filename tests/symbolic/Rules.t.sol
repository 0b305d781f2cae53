// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDepositTokenErrors} from "../../contracts/interfaces/IDepositTokenErrors.sol";
import {Account} from "../../contracts/libraries/AccountWord.sol";
import {Policy} from "../../contracts/libraries/PolicyWord.sol";
import {Rules} from "../../contracts/libraries/Rules.sol";
import {Symbolic} from "./Symbolic.sol";

/// For every policy, account, amount and day, the answer is that of the rules in plain words. Only
/// what a limit is worth is written as the library writes it; `PolicyWordCheck` proves that part.
contract RulesCheck is Symbolic {
    /// Tiers 6 and 7, which no account has, are closed.
    function check_spending(uint256 policy, uint256 word, uint256 amount, uint16 day)
        external
        pure
    {
        (bytes4 reason, Account spent) =
            Rules.spending(Policy.wrap(policy), Account.wrap(word), amount, day);
        Plain memory is_ = plain(word);
        uint256 before = day == is_.day ? is_.spent : 0;
        (bytes4 expected, uint256 after_) = maySpend(policy, is_, amount, before);
        assert(reason == expected);
        if (expected == 0) (is_.spent, is_.day) = (after_, day);
        assertSame(plain(Account.unwrap(spent)), is_);
    }

    function check_receiving(uint256 policy, uint256 word, uint256 balance) external pure {
        bytes4 reason = Rules.receiving(Policy.wrap(policy), Account.wrap(word), balance);
        Plain memory is_ = plain(word);
        if (is_.frozen) {
            assert(reason == IDepositTokenErrors.FrozenAccount.selector);
        } else if (is_.tier != UNLIMITED && balance > limitOf(policy, is_.tier, 32)) {
            assert(reason == IDepositTokenErrors.BalanceLimitExceeded.selector);
        } else {
            assert(reason == 0);
        }
    }

    function check_minting(uint256 outside, uint256 amount) external pure {
        bytes4 reason = Rules.minting(Account.wrap(outside), amount);
        if (amount == 0) {
            assert(reason == IDepositTokenErrors.ZeroAmount.selector);
        } else if (amount > uint96(outside)) {
            assert(reason == IDepositTokenErrors.SupplyLimitExceeded.selector);
        } else {
            assert(reason == 0);
        }
    }

    function maySpend(uint256 policy, Plain memory is_, uint256 amount, uint256 before)
        private
        pure
        returns (bytes4 reason, uint256 after_)
    {
        if (is_.frozen) return (IDepositTokenErrors.FrozenAccount.selector, 0);
        if (amount > is_.balance) return (IERC20Errors.ERC20InsufficientBalance.selector, 0);
        after_ = before + amount;
        if (is_.tier == UNLIMITED) return (0, after_ > AMOUNT_MAX ? AMOUNT_MAX : after_);
        if (amount > limitOf(policy, is_.tier, 0)) {
            return (IDepositTokenErrors.PaymentLimitExceeded.selector, 0);
        }
        if (after_ > limitOf(policy, is_.tier, 16)) {
            return (IDepositTokenErrors.DailyLimitExceeded.selector, 0);
        }
        return (0, after_);
    }

    /// The limit at `place` among a tier's 48 bits: mantissa times power of ten. No power of ten that
    /// a limit can name is above 10^15, which the solver, to whom 10^n is any function, must be told.
    function limitOf(uint256 policy, uint256 tier, uint256 place) private pure returns (uint256) {
        if (tier > UNLIMITED) return 0;
        uint256 limit = uint16(policy >> (48 * tier + place));
        uint256 power = 10 ** (limit % 16);
        vm.assume(power <= 10 ** 15);
        unchecked {
            return (limit / 16) * power; // below 2^12 · 2^50
        }
    }
}
