// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What DepositToken tells the world, beyond the events of ERC-20, ERC-3009 and ERC-5267
/// @notice Contracts: amounts are minor units of the currency. No event carries personal data: a bank
/// reference is a keyed hash, a payout is the hash of its details with a salt.
interface IDepositTokenEvents {
    /// @notice The bank's deposit `number` was credited. `ref` is the keyed hash of the bank's line id.
    event Issued(uint256 number, address indexed holder, uint256 amount, bytes16 ref);

    /// @notice The bank's deposit `number` was not credited; `reason` is the selector of the error that
    /// the credit would have met. The number is used up: a retry takes a new one.
    /// @dev With reason `NumberUsed` nothing changed at all: the number was used by an earlier entry.
    event IssueRefused(
        uint256 indexed number, address indexed holder, uint256 amount, bytes16 ref, bytes4 reason
    );

    /// @notice The deposit `number` was closed without ever being sent.
    event NumberVoided(uint256 indexed number);

    /// @notice `amount` was burned; `amount − fee` is owed to the payout whose struct hash is given.
    event Redeemed(
        address indexed holder,
        bytes32 indexed nonce,
        uint256 amount,
        uint256 fee,
        bytes32 payoutHash
    );

    /// @notice The holder closed the order with this nonce before it was burned.
    event RedeemCanceled(address indexed holder, bytes32 indexed nonce);

    /// @notice The bank could not pay out; `amount` was credited to the holder again.
    event PayoutReturned(address indexed holder, bytes32 indexed nonce, uint256 amount);

    /// @notice Compliance put `account` into `tier`; 0 is unregistered.
    event TierSet(address indexed account, uint8 tier);

    /// @notice Compliance, or a forced transfer, froze `account`.
    event AccountFrozen(address indexed account);

    /// @notice Compliance lifted the freeze of `account`.
    event AccountUnfrozen(address indexed account);

    /// @notice By the case `caseRef`, `amount` was taken from `from`, whatever its freeze and limits.
    event ForcedTransfer(
        address indexed from, address indexed to, uint256 amount, bytes32 indexed caseRef
    );

    /// @notice `account` stopped transfers, issues and redemptions; the AccessManager's own address when
    ///   the call went through it.
    event Paused(address account);

    /// @notice `account` let them go on.
    event Unpaused(address account);

    /// @notice `contractURI` changed (ERC-7572).
    event ContractURIUpdated();

    /// @notice The limits of `tier` are now these; zero is closed.
    event LimitsSet(uint8 indexed tier, uint256 perPayment, uint256 perDay, uint256 balance);
}
