// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @title Every way in which DepositToken says no
/// @notice Contracts: each error carries the values that failed, so that a wallet can say what to do
/// without a second question. Amounts are minor units of the currency; times are seconds since 1970,
/// chain time. The selectors also serve as reasons in `transferCheck` and `IssueRefused`.
interface IDepositTokenErrors is IERC20Errors {
    // ------------------------------------------------------------------ rules of a payment

    /// @notice The guardian has paused transfers, issues and redemptions.
    error TokenPaused();

    /// @notice This account is frozen: it cannot send, receive, redeem or spend others' money.
    error FrozenAccount(address account);

    /// @notice One payment of `amount` is above what the tier of `account` allows (`limit`).
    error PaymentLimitExceeded(address account, uint256 amount, uint256 limit);

    /// @notice With this payment `account` would have spent `spent` today; its tier allows `limit`.
    error DailyLimitExceeded(address account, uint256 spent, uint256 limit);

    /// @notice With this payment `account` would hold `balance`; its tier allows `limit`.
    error BalanceLimitExceeded(address account, uint256 balance, uint256 limit);

    /// @notice The supply can grow by `room` at most, to 2^96 − 1 minor units; `amount` is more.
    error SupplyLimitExceeded(uint256 amount, uint256 room);

    /// @notice Issuing or redeeming nothing is a mistake in whatever asked for it.
    error ZeroAmount();

    // ------------------------------------------------------------------ signatures and orders

    /// @notice The signature is not one of `signer` over exactly this message, chain and token.
    error InvalidSignature(address signer);

    /// @notice The authorization was good until before `validBefore`.
    error AuthorizationExpired(uint256 validBefore);

    /// @notice The authorization is good only after `validAfter`.
    error AuthorizationNotYetValid(uint256 validAfter);

    /// @notice This authorization was used or cancelled before.
    error AuthorizationUsedOrCanceled(address authorizer, bytes32 nonce);

    /// @notice Only `payee` itself may bring a receive authorization; `caller` is someone else.
    error CallerNotPayee(address caller, address payee);

    /// @notice The permit was good until `deadline`.
    error PermitExpired(uint256 deadline);

    /// @notice The redemption order was good until `deadline`.
    error OrderExpired(uint256 deadline);

    /// @notice The redemption order with this nonce was burned or cancelled before.
    error OrderUsed(address holder, bytes32 nonce);

    /// @notice The fee is part of the amount and cannot be more than it.
    error FeeExceedsAmount(uint256 fee, uint256 amount);

    // ------------------------------------------------------------------ the bank's own functions

    /// @notice The deposit number was used before: credited, refused or voided.
    error NumberUsed(uint256 number);

    /// @notice Only a burned redemption that was not returned yet can be returned; `state` is its state.
    error RedemptionNotReturnable(address holder, bytes32 nonce, uint8 state);

    /// @notice Tiers are 0 (unregistered) to 5 (no limits); limits exist for 0 to 4.
    error UnknownTier(uint8 tier);

    /// @notice A limit is at most 4095 followed by at most 15 zeros; it is never rounded.
    error UnrepresentableLimit(uint256 limit);

    /// @notice A forced transfer goes only to an account that compliance has registered.
    error UnregisteredAccount(address account);

    /// @notice A forced transfer names its case.
    error EmptyCaseReference();

    /// @notice The UTC offset of the currency's day is outside −12 h to +14 h.
    error InvalidUtcOffset(int32 seconds_);
}
