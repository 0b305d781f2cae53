// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// @dev The supply in one storage word:
///
///   bits  0– 95  totalSupply  minor units in being
///   bits 96–223  totalMinted  minor units ever issued or returned; it never falls
type Supply is uint256;

using SupplyWord for Supply global;

/// @title The supply word, packed and unpacked
/// @notice Contracts: pure.
library SupplyWord {
    uint256 internal constant SUPPLY_MAX = type(uint96).max;
    uint256 private constant MINTED_SHIFT = 96;

    function total(Supply supply) internal pure returns (uint256) {
        return Supply.unwrap(supply) & SUPPLY_MAX;
    }

    function minted(Supply supply) internal pure returns (uint256) {
        return Supply.unwrap(supply) >> MINTED_SHIFT;
    }

    /// @dev Adds to both. The caller has checked `total + amount <= SUPPLY_MAX`; to overflow the upper
    /// field would take 2^32 mints of the largest supply.
    function increase(Supply supply, uint256 amount) internal pure returns (Supply) {
        unchecked {
            return Supply.wrap(Supply.unwrap(supply) + amount + (amount << MINTED_SHIFT));
        }
    }

    /// @dev Takes from the first. The caller has checked `amount <= total`: it took the same from a
    /// balance.
    function decrease(Supply supply, uint256 amount) internal pure returns (Supply) {
        unchecked {
            return Supply.wrap(Supply.unwrap(supply) - amount);
        }
    }
}
