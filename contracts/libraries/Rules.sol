// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDepositTokenErrors} from "../interfaces/IDepositTokenErrors.sol";
import {Account, AccountWord} from "./AccountWord.sol";
import {Limits, Policy, PolicyWord} from "./PolicyWord.sol";

/// @title What an account may part with and receive
/// @notice Contracts: pure. Every function answers the selector of the first error that applies, or
/// zero. `transferCheck` hands the answer out, `issue` puts it into an event, everything else throws
/// it: one rule, three voices. Limits are inclusive: exactly at the limit passes.
library Rules {
    /// @dev May an account part with `amount` on `day`? Freeze, balance, limit per payment, limit per
    /// day. Also answers the account's word with the amount counted as spent.
    function spending(Policy policy, Account account, uint256 amount, uint256 day)
        internal
        pure
        returns (bytes4 reason, Account spent)
    {
        if (account.frozen()) return (IDepositTokenErrors.FrozenAccount.selector, account);
        if (amount > account.balance()) {
            return (IERC20Errors.ERC20InsufficientBalance.selector, account);
        }
        uint256 today = account.spentWith(amount, day);
        uint256 tier = account.tier();
        if (tier != PolicyWord.UNLIMITED_TIER) {
            Limits limits = policy.limits(tier);
            if (amount > limits.perPayment()) {
                return (IDepositTokenErrors.PaymentLimitExceeded.selector, account);
            }
            if (today > limits.perDay()) {
                return (IDepositTokenErrors.DailyLimitExceeded.selector, account);
            }
        } else if (today > AccountWord.AMOUNT_MAX) {
            today = AccountWord.AMOUNT_MAX; // without a limit, the figure stays at the field's top
        }
        return (0, account.withSpent(today, day));
    }

    /// @dev May an account hold `balance` after receiving? Freeze, limit on the balance.
    function receiving(Policy policy, Account account, uint256 balance)
        internal
        pure
        returns (bytes4)
    {
        if (account.frozen()) return IDepositTokenErrors.FrozenAccount.selector;
        uint256 tier = account.tier();
        if (tier == PolicyWord.UNLIMITED_TIER) return 0;
        if (balance > policy.limits(tier).onBalance()) {
            return IDepositTokenErrors.BalanceLimitExceeded.selector;
        }
        return 0;
    }

    /// @dev May `amount` come into being? Nothing is not an amount, and the outside must hold it.
    function minting(Account outside, uint256 amount) internal pure returns (bytes4) {
        if (amount == 0) return IDepositTokenErrors.ZeroAmount.selector;
        if (amount > outside.balance()) return IDepositTokenErrors.SupplyLimitExceeded.selector;
        return 0;
    }
}
