// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ITeller} from "../interfaces/ITeller.sol";

/// @title What the operator's key can issue by itself: a bucket that refills with time
/// @notice Contracts: a bucket without capacity is closed.
abstract contract Bucket is ITeller {
    using SafeCast for uint256;

    /// @dev One storage word each: what the bucket held when it was last touched, and its size.
    struct Level {
        uint128 amount;
        uint64 since;
    }

    struct Size {
        uint128 capacity;
        uint128 refillPerSecond;
    }

    Level private _level;
    Size private _size;

    /// @inheritdoc ITeller
    function bucketLevel() public view returns (uint256) {
        Level memory level = _level;
        Size memory size = _size;
        uint256 refilled = uint256(size.refillPerSecond) * (block.timestamp - level.since);
        return Math.min(size.capacity, level.amount + refilled);
    }

    /// @inheritdoc ITeller
    function bucket() external view returns (uint256 capacity, uint256 refillPerSecond) {
        return (_size.capacity, _size.refillPerSecond);
    }

    function _takeFromBucket(uint256 wanted) internal {
        uint256 level = bucketLevel();
        if (wanted > level) revert BucketExceeded(wanted, level);
        _setLevel(level - wanted);
    }

    function _setBucket(uint256 capacity, uint256 refillPerSecond) internal {
        uint256 taken = _size.capacity - bucketLevel();
        _size = Size(capacity.toUint96(), refillPerSecond.toUint96());
        _setLevel(Math.saturatingSub(capacity, taken));
        emit BucketSet(capacity, refillPerSecond);
    }

    /// @dev At most the capacity, which is below 2^96.
    function _setLevel(uint256 amount) private {
        _level = Level({amount: uint128(amount), since: uint64(block.timestamp)});
    }
}
