// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

/// @dev One mint of a batch.
struct Credit {
    address holder;
    uint256 amount;
}
