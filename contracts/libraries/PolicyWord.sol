// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The whole policy in one storage word. For each tier t from 0 to 4, from bit 48·t upwards:
///
///   bits  0–15  limit per payment
///   bits 16–31  limit per day
///   bits 32–47  limit on the balance
///
/// and in bit 255, the top one, whether the token is paused. A limit is mantissa × 10^exponent: mantissa in the
/// upper 12 bits, exponent in the lower 4; zero is closed. Tier 5 has no limits and no bits.
type Policy is uint256;

/// @dev One tier's 48 bits of it, lowest; whatever lies above them is never read.
type Limits is uint256;

using PolicyWord for Policy global;
using PolicyWord for Limits global;

/// @title The policy word, packed and unpacked
/// @notice Contracts: pure; who may change what is decided elsewhere.
library PolicyWord {
    /// @dev Lowest tier without limits. The account word's tier field reaches 7; only 0 to 5 are set.
    uint256 internal constant UNLIMITED_TIER = 5;
    uint256 private constant PAUSED_BIT = 1 << 255;
    uint256 private constant TIER_BITS = 48;
    uint256 private constant PER_DAY_SHIFT = 16;
    uint256 private constant BALANCE_SHIFT = 32;
    uint256 private constant LIMIT_MASK = type(uint16).max;
    uint256 private constant EXPONENT_BITS = 4;
    uint256 private constant EXPONENT_MAX = 15;
    uint256 private constant MANTISSA_MAX = 4095;

    function paused(Policy policy) internal pure returns (bool) {
        return Policy.unwrap(policy) & PAUSED_BIT != 0;
    }

    function withPaused(Policy policy, bool paused_) internal pure returns (Policy) {
        uint256 word = Policy.unwrap(policy);
        return Policy.wrap(paused_ ? word | PAUSED_BIT : word & ~PAUSED_BIT);
    }

    /// @dev UNLIMITED_TIER, and the tiers above it, which nobody has, read as closed while the token is
    /// not paused.
    function limits(Policy policy, uint256 tier) internal pure returns (Limits) {
        unchecked {
            return Limits.wrap(Policy.unwrap(policy) >> (tier * TIER_BITS));
        }
    }

    function perPayment(Limits limits_) internal pure returns (uint256) {
        return decode(Limits.unwrap(limits_));
    }

    function perDay(Limits limits_) internal pure returns (uint256) {
        return decode(Limits.unwrap(limits_) >> PER_DAY_SHIFT);
    }

    function onBalance(Limits limits_) internal pure returns (uint256) {
        return decode(Limits.unwrap(limits_) >> BALANCE_SHIFT);
    }

    /// @dev The limit on the balance of every tier that the account word can hold; no balance passes that
    /// of UNLIMITED_TIER.
    function balanceLimits(Policy policy) internal pure returns (uint256[8] memory most) {
        for (uint256 tier = 0; tier < UNLIMITED_TIER; ++tier) {
            most[tier] = policy.limits(tier).onBalance();
        }
        most[UNLIMITED_TIER] = type(uint96).max;
    }

    /// @dev The limits must come from `encode`.
    function withLimits(
        Policy policy,
        uint256 tier,
        uint256 perPayment_,
        uint256 perDay_,
        uint256 balance_
    ) internal pure returns (Policy) {
        uint256 shift = tier * TIER_BITS;
        uint256 cleared = Policy.unwrap(policy) & ~(((1 << TIER_BITS) - 1) << shift);
        uint256 limits_ = perPayment_ | (perDay_ << PER_DAY_SHIFT) | (balance_ << BALANCE_SHIFT);
        return Policy.wrap(cleared | (limits_ << shift));
    }

    /// @dev Reads the lowest 16 bits. At most 4095 × 10^15, far below 2^96.
    function decode(uint256 limit) internal pure returns (uint256) {
        unchecked {
            return ((limit & LIMIT_MASK) >> EXPONENT_BITS) * 10 ** (limit & EXPONENT_MAX);
        }
    }

    /// @dev The one 16-bit form of `limit` with the smallest exponent; `exact` is false when there is
    /// none, and then the first answer means nothing. Never rounds.
    function encode(uint256 limit) internal pure returns (uint256 encoded, bool exact) {
        uint256 exponent = 0;
        while (limit > MANTISSA_MAX && limit % 10 == 0 && exponent < EXPONENT_MAX) {
            limit /= 10;
            ++exponent;
        }
        return ((limit << EXPONENT_BITS) | exponent, limit <= MANTISSA_MAX);
    }
}
