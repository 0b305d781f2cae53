// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDepositToken, IssueEntry} from "./interfaces/IDepositToken.sol";
import {Attestation, ITeller} from "./interfaces/ITeller.sol";

/// @title Teller: the bank's counter
/// @notice Contracts: start with interfaces/ITeller.sol. The order in every function is: guards,
/// authorization, rules, state, event.
contract Teller is ITeller, AccessManaged {
    using SafeCast for uint256;

    /// @dev One storage word: the bucket's contents when it was last touched.
    struct Level {
        uint128 amount;
        uint64 since;
    }

    /// @dev One storage word, set by the governor. `maxAge` is of the attestation.
    struct Policy {
        uint96 capacity;
        uint96 refillPerSecond;
        uint64 maxAge;
    }

    /// @dev The first word is all that an issue reads.
    struct Backing {
        uint128 ceiling;
        uint64 asOf;
        uint64 blockNumber;
        uint128 backing;
        uint128 supply;
        uint128 minted;
    }

    /// @inheritdoc ITeller
    IDepositToken public immutable token;

    Policy private _policy;
    Level private _level;
    Backing private _backing;

    constructor(address authority, IDepositToken token_) AccessManaged(authority) {
        token = token_;
    }

    // ------------------------------------------------------------------ reading

    /// @inheritdoc ITeller
    function bucketLevel() public view returns (uint256) {
        Level memory level = _level;
        Policy memory policy = _policy;
        uint256 refilled = uint256(policy.refillPerSecond) * (block.timestamp - level.since);
        return Math.min(policy.capacity, level.amount + refilled);
    }

    /// @inheritdoc ITeller
    function bucket() external view returns (uint256 capacity, uint256 refillPerSecond) {
        return (_policy.capacity, _policy.refillPerSecond);
    }

    /// @inheritdoc ITeller
    function maxAge() external view returns (uint64) {
        return _policy.maxAge;
    }

    /// @inheritdoc ITeller
    function headroom() external view returns (uint256) {
        return _isStale() ? 0 : _room();
    }

    /// @inheritdoc ITeller
    function attestation() external view returns (Attestation memory) {
        Backing memory last = _backing;
        return Attestation({
            backing: last.backing,
            supply: last.supply,
            minted: last.minted,
            asOf: last.asOf,
            blockNumber: last.blockNumber
        });
    }

    // ------------------------------------------------------------------ operator

    /// @inheritdoc ITeller
    function issue(IssueEntry[] calldata entries) external restricted {
        uint256 wanted = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            // An absurd amount must end in a clear refusal below, not in an overflow.
            wanted = Math.saturatingAdd(wanted, entries[i].amount);
        }
        _requireHeadroom(wanted);
        _takeFromBucket(wanted);
        token.issue(entries);
    }

    /// @inheritdoc ITeller
    function void(uint256 number) external restricted {
        token.void(number);
    }

    /// @inheritdoc ITeller
    function returnPayout(address holder, bytes32 nonce) external restricted {
        (, uint256 payableAmount) = token.redemption(holder, nonce);
        _requireHeadroom(payableAmount);
        token.returnPayout(holder, nonce);
    }

    // ------------------------------------------------------------------ attestor

    /// @inheritdoc ITeller
    function attest(
        uint256 backing,
        uint256 supply,
        uint256 minted,
        uint64 asOf,
        uint64 blockNumber
    ) external restricted {
        if (asOf > block.timestamp || blockNumber > block.number) {
            revert AttestationFromFuture(asOf, blockNumber);
        }
        uint64 last = _backing.asOf;
        if (asOf <= last) revert AttestationNotNewer(asOf, last);
        uint256 totalMinted = token.totalMinted();
        if (supply > minted || minted > totalMinted) {
            revert AttestationInconsistent(supply, minted, totalMinted);
        }
        _backing = Backing({
            ceiling: (minted + Math.saturatingSub(backing, supply)).toUint128(),
            asOf: asOf,
            blockNumber: blockNumber,
            backing: backing.toUint128(),
            supply: supply.toUint128(),
            minted: minted.toUint128()
        });
        emit Attested(backing, supply, minted, asOf, blockNumber);
    }

    // ------------------------------------------------------------------ governor

    /// @inheritdoc ITeller
    function setBucket(uint256 capacity, uint256 refillPerSecond) external restricted {
        uint256 taken = _policy.capacity - bucketLevel();
        _setLevel(Math.saturatingSub(capacity, taken));
        _policy.capacity = capacity.toUint96();
        _policy.refillPerSecond = refillPerSecond.toUint96();
        emit BucketSet(capacity, refillPerSecond);
    }

    /// @inheritdoc ITeller
    function setMaxAge(uint64 maxAge_) external restricted {
        _policy.maxAge = maxAge_;
        emit MaxAgeSet(maxAge_);
    }

    // ------------------------------------------------------------------ steps

    function _takeFromBucket(uint256 wanted) private {
        uint256 level = bucketLevel();
        if (wanted > level) revert BucketExceeded(wanted, level);
        unchecked {
            _setLevel(level - wanted); // wanted <= level, one line above
        }
    }

    /// @dev At most the capacity, which is below 2^96.
    function _setLevel(uint256 amount) private {
        _level = Level({amount: uint128(amount), since: uint64(block.timestamp)});
    }

    function _requireHeadroom(uint256 wanted) private view {
        if (_isStale()) revert BackingStale(_backing.asOf, _policy.maxAge);
        uint256 room = _room();
        if (wanted > room) revert HeadroomExceeded(wanted, room);
    }

    /// @dev Nothing attested counts as stale for ever.
    function _isStale() private view returns (bool) {
        uint64 asOf = _backing.asOf;
        return asOf == 0 || block.timestamp - asOf > _policy.maxAge;
    }

    function _room() private view returns (uint256) {
        return Math.saturatingSub(_backing.ceiling, token.totalMinted());
    }
}
