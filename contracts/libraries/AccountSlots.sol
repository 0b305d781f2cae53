// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account} from "./AccountWord.sol";

/// @dev The storage slot of one account word.
type Slot is uint256;

using AccountSlots for Slot global;

/// @title Where account words lie in storage
/// @notice Contracts: the word of an address lies at `SPACE | address`, which spares a mapping's hash on
/// the way of every payment. No variable of the compiler's lies there: those are at small numbers and at
/// hashes, and for a hash to begin with the 96 bits of SPACE is as unlikely as guessing a 96-bit secret;
/// to hit the word of an address that one has the key of, as finding a 256-bit collision.
library AccountSlots {
    /// @dev The first 96 bits of keccak256("jiaozi.account"), over 160 zero bits.
    uint256 private constant SPACE = uint256(keccak256("jiaozi.account")) >> 160 << 160;

    function slotOf(address account) internal pure returns (Slot) {
        return Slot.wrap(SPACE | uint160(account));
    }

    function load(Slot slot) internal view returns (Account word) {
        assembly ("memory-safe") {
            word := sload(slot)
        }
    }

    function store(Slot slot, Account word) internal {
        assembly ("memory-safe") {
            sstore(slot, word)
        }
    }
}
