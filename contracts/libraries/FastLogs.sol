// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDepositTokenEvents} from "../interfaces/IDepositTokenEvents.sol";

/// @title The events of a payment and of an issue, from scratch memory
/// @notice Contracts: exactly what `emit` would log. `emit` would take fresh memory and clear addresses
/// that are clean already. Memory-safe: below 0x40 is scratch space, the free pointer at 0x40 is put back
/// within the block, and the zero slot at 0x60 is not reached.
library FastLogs {
    /// @dev Of IERC20.
    function transfer(address from, address to, uint256 amount) internal {
        bytes32 topic = IERC20.Transfer.selector;
        assembly ("memory-safe") {
            mstore(0, amount)
            log3(0, 32, topic, from, to)
        }
    }

    /// @dev Of IDepositTokenEvents.
    function issued(uint256 number_, address holder, uint256 amount, bytes16 ref) internal {
        bytes32 topic = IDepositTokenEvents.Issued.selector;
        assembly ("memory-safe") {
            mstore(0, number_)
            mstore(32, amount)
            let free := mload(64)
            mstore(64, ref)
            log2(0, 96, topic, holder)
            mstore(64, free)
        }
    }
}
