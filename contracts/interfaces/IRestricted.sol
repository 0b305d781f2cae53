// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What an AccessManager needs of a contract that asks it
/// @notice Contracts: OpenZeppelin's IAccessManaged without `setAuthority`. Refusals are its
/// `AccessManagedUnauthorized(address caller)`; a caller with a delay meets the AccessManager's own, such
/// as `AccessManagerNotReady`.
interface IRestricted {
    /// @notice The AccessManager that says who may call the restricted functions. It never changes.
    function authority() external view returns (address);

    /// @notice Its own selector while a scheduled call is being used up, else zero; the AccessManager
    ///   asks, to know that the call is the contract's own.
    function isConsumingScheduledOp() external view returns (bytes4);
}
