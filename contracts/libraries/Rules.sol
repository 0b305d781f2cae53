// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDepositTokenErrors} from "../interfaces/IDepositTokenErrors.sol";
import {Account} from "./AccountWord.sol";
import {Policy, PolicyWord} from "./PolicyWord.sol";
import {Supply, SupplyWord} from "./SupplyWord.sol";

/// @title What an account may send and hold
/// @notice Contracts: pure. Every function answers the selector of the first error that applies, with
/// its failing value and the limit that it breaks, or three zeros. `transferCheck` hands the answer
/// out, `issue` puts the reason into an event, everything else throws it: one rule, three voices.
/// Limits are inclusive: exactly at the limit passes.
library Rules {
    /// @dev May `from` pay `amount` to `to`? Pause first, then the sender's side, then the recipient's.
    /// @param spent What `from` will have spent today with this payment.
    function paying(
        Policy policy,
        Account sender,
        address from,
        Account recipient,
        address to,
        uint256 amount,
        uint256 spent
    ) internal view returns (bytes4 reason, uint256 value, uint256 limit) {
        if (policy.paused()) return (IDepositTokenErrors.TokenPaused.selector, 0, 0);
        if (from == address(0)) return (IERC20Errors.ERC20InvalidSender.selector, 0, 0);
        (reason, value, limit) = spending(policy, sender, from, amount, spent);
        if (reason != 0) return (reason, value, limit);
        // Who pays themselves holds as much afterwards as before.
        return receiving(policy, recipient, to, from == to ? 0 : amount);
    }

    /// @dev May `who` part with `amount`? Freeze, balance, limit per payment, limit per day.
    /// @param spent What `who` will have spent today with this payment.
    function spending(
        Policy policy, Account account, address who, uint256 amount, uint256 spent
    ) internal pure returns (bytes4 reason, uint256 value, uint256 limit) {
        if (account.frozen()) {
            return (IDepositTokenErrors.FrozenAccount.selector, uint160(who), 0);
        }
        if (amount > account.balance()) {
            return (IERC20Errors.ERC20InsufficientBalance.selector, account.balance(), amount);
        }
        uint256 tier = account.tier();
        if (tier == PolicyWord.UNLIMITED_TIER) return (0, 0, 0);
        limit = policy.perPayment(tier);
        if (amount > limit) {
            return (IDepositTokenErrors.PaymentLimitExceeded.selector, amount, limit);
        }
        limit = policy.perDay(tier);
        if (spent > limit) return (IDepositTokenErrors.DailyLimitExceeded.selector, spent, limit);
        return (0, 0, 0);
    }

    /// @dev May `who` receive `amount`? No money to nobody or into the token itself; freeze; limit on
    /// the balance. The amount is at most 2^96 − 1, so the sum cannot wrap.
    function receiving(Policy policy, Account account, address who, uint256 amount)
        internal
        view
        returns (bytes4 reason, uint256 value, uint256 limit)
    {
        if (who == address(0) || who == address(this)) {
            return (IERC20Errors.ERC20InvalidReceiver.selector, uint160(who), 0);
        }
        if (account.frozen()) {
            return (IDepositTokenErrors.FrozenAccount.selector, uint160(who), 0);
        }
        uint256 tier = account.tier();
        if (tier == PolicyWord.UNLIMITED_TIER) return (0, 0, 0);
        unchecked {
            value = account.balance() + amount;
        }
        limit = policy.onBalance(tier);
        if (value > limit) return (IDepositTokenErrors.BalanceLimitExceeded.selector, value, limit);
        return (0, 0, 0);
    }

    /// @dev May `amount` come into being? Nothing is not an amount, and the sum must fit its field.
    function minting(Supply supply, uint256 amount)
        internal
        pure
        returns (bytes4 reason, uint256 value, uint256 limit)
    {
        if (amount == 0) return (IDepositTokenErrors.ZeroAmount.selector, 0, 0);
        uint256 room;
        unchecked {
            room = SupplyWord.SUPPLY_MAX - supply.total(); // the field holds no more than its maximum
        }
        if (amount > room) {
            return (IDepositTokenErrors.SupplyLimitExceeded.selector, amount, room);
        }
        return (0, 0, 0);
    }
}
