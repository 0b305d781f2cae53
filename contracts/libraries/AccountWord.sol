// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Everything the token keeps about one address, in one storage word:
///
///   bits   0– 95  balance     minor units
///   bits  96–191  spent       minor units sent or redeemed on `day`
///   bits 192–207  day         days since 1970 in the currency's time zone, modulo 2^16 (179 years)
///   bits 208–210  tier        0 unregistered … 5 without limits
///   bits 211–254  zero
///   bit      255  frozen: the top bit, as a debt in a subtraction would set it; see FastRules
type Account is uint256;

using AccountWord for Account global;

/// @title The account word, packed and unpacked
/// @notice Contracts: pure; who may change what is decided elsewhere.
library AccountWord {
    uint256 internal constant AMOUNT_MAX = type(uint96).max;
    uint256 private constant SPENT_SHIFT = 96;
    uint256 private constant DAY_SHIFT = 192;
    uint256 private constant DAY_MAX = type(uint16).max;
    uint256 private constant TIER_SHIFT = 208;
    uint256 private constant TIER_MAX = 7;
    uint256 private constant FROZEN_BIT = 1 << 255;

    /// @dev The day of a local time in seconds, as the field holds it.
    function dayOf(uint256 localTime) internal pure returns (uint256) {
        return (localTime / 1 days) & DAY_MAX;
    }

    function balance(Account account) internal pure returns (uint256) {
        return Account.unwrap(account) & AMOUNT_MAX;
    }

    function tier(Account account) internal pure returns (uint256) {
        return (Account.unwrap(account) >> TIER_SHIFT) & TIER_MAX;
    }

    function frozen(Account account) internal pure returns (bool) {
        return Account.unwrap(account) & FROZEN_BIT != 0;
    }

    /// @dev What was spent on `day`: yesterday's figure counts for nothing today.
    function spentOn(Account account, uint256 day) internal pure returns (uint256) {
        uint256 word = Account.unwrap(account);
        if ((word >> DAY_SHIFT) & DAY_MAX != day) return 0;
        return (word >> SPENT_SHIFT) & AMOUNT_MAX;
    }

    /// @dev The balance after `amount` more. Wraps only for an amount that no balance reaches.
    function balanceWith(Account account, uint256 amount) internal pure returns (uint256) {
        unchecked {
            return account.balance() + amount;
        }
    }

    /// @dev What is spent on `day` after `amount` more. Wraps only for an amount that no balance
    /// reaches.
    function spentWith(Account account, uint256 amount, uint256 day)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            return account.spentOn(day) + amount;
        }
    }

    /// @dev Adds to the balance. All balances, the outside's too, add up to 2^96 − 1, so what was taken
    /// from one fits into any other.
    function credit(Account account, uint256 amount) internal pure returns (Account) {
        unchecked {
            return Account.wrap(Account.unwrap(account) + amount);
        }
    }

    /// @dev Takes from the balance. The caller has checked `amount <= balance`, so nothing borrows
    /// from the neighbouring field.
    function debit(Account account, uint256 amount) internal pure returns (Account) {
        unchecked {
            return Account.wrap(Account.unwrap(account) - amount);
        }
    }

    /// @dev Notes `spent` as what was spent on `day`. The caller has checked that it fits 96 bits.
    function withSpent(Account account, uint256 spent, uint256 day)
        internal
        pure
        returns (Account)
    {
        uint256 cleared = Account.unwrap(account)
            & ~((DAY_MAX << DAY_SHIFT) | (AMOUNT_MAX << SPENT_SHIFT));
        return Account.wrap(cleared | (day << DAY_SHIFT) | (spent << SPENT_SHIFT));
    }

    /// @dev The caller has checked that the tier exists.
    function withTier(Account account, uint256 newTier) internal pure returns (Account) {
        uint256 cleared = Account.unwrap(account) & ~(TIER_MAX << TIER_SHIFT);
        return Account.wrap(cleared | (newTier << TIER_SHIFT));
    }

    function withFrozen(Account account, bool frozen_) internal pure returns (Account) {
        uint256 word = Account.unwrap(account);
        return Account.wrap(frozen_ ? word | FROZEN_BIT : word & ~FROZEN_BIT);
    }
}
