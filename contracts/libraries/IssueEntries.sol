// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IssueEntry} from "../interfaces/IDepositToken.sol";

/// @title Reading a batch of deposits
/// @notice Contracts: pure.
library IssueEntries {
    /// @dev As `entries[i]`, whose bounds the caller's loop has checked. Reverts, as the compiler's own
    /// decoding does, when a field holds more than its type.
    function read(IssueEntry[] calldata entries, uint256 i)
        internal
        pure
        returns (uint256 number_, bytes16 ref, address holder, uint256 amount)
    {
        assembly ("memory-safe") {
            let place := add(entries.offset, shl(7, i))
            number_ := calldataload(place)
            ref := calldataload(add(place, 32))
            holder := calldataload(add(place, 64))
            amount := calldataload(add(place, 96))
            if or(shl(128, ref), shr(160, holder)) { revert(0, 0) }
        }
    }
}
