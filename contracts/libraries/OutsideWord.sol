// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account, AccountWord} from "./AccountWord.sol";

/// @dev Outside the token is an account, too: minting moves money from it, burning moves it back, and
/// the balances of all accounts together are 2^96 − 1 for ever. Its word:
///
///   bits  0– 95  balance      what can still be minted: 2^96 − 1 − totalSupply
///   bits 96–223  totalMinted  minor units ever issued or returned; it never falls
///
/// @title The word of the outside, packed and unpacked
/// @notice Contracts: pure.
library OutsideWord {
    uint256 private constant MINTED_SHIFT = 96;

    /// @dev Before anything was minted.
    function empty() internal pure returns (Account) {
        return Account.wrap(AccountWord.AMOUNT_MAX);
    }

    function totalSupply(Account outside) internal pure returns (uint256) {
        unchecked {
            return AccountWord.AMOUNT_MAX - outside.balance(); // the field holds no more than that
        }
    }

    function totalMinted(Account outside) internal pure returns (uint256) {
        return Account.unwrap(outside) >> MINTED_SHIFT;
    }

    /// @dev Notes that `amount` is being minted. To overflow the field would take 2^32 mints of the
    /// largest supply there can be.
    function withMinted(Account outside, uint256 amount) internal pure returns (Account) {
        unchecked {
            return Account.wrap(Account.unwrap(outside) + (amount << MINTED_SHIFT));
        }
    }
}
