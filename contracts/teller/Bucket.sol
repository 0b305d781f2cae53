// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ITeller} from "../interfaces/ITeller.sol";

/// @title What the operator's key can issue by itself: a bucket that refills with time
/// @notice Contracts: a bucket without capacity is closed.
abstract contract Bucket is ITeller {
    using SafeCast for uint256;

    /// @dev One storage word: its size, and what it held when it was last touched. 2^72 minor units are
    /// more money than there is.
    struct Content {
        uint72 capacity;
        uint56 refillPerSecond;
        uint72 level;
        uint40 since;
    }

    Content private _bucket;

    /// @inheritdoc ITeller
    function bucketLevel() external view returns (uint256) {
        return _refilled(_bucket);
    }

    /// @inheritdoc ITeller
    function bucket() external view returns (uint256 capacity, uint256 refillPerSecond) {
        return (_bucket.capacity, _bucket.refillPerSecond);
    }

    function _takeFromBucket(uint256 wanted) internal {
        Content memory content = _bucket;
        uint256 level = _refilled(content);
        if (wanted > level) revert BucketExceeded(wanted, level);
        _fill(content, level - wanted);
    }

    /// @dev What was taken stays taken.
    function _setBucket(uint256 capacity, uint256 refillPerSecond) internal {
        Content memory content = _bucket;
        uint256 taken = content.capacity - _refilled(content);
        content.capacity = capacity.toUint72();
        content.refillPerSecond = refillPerSecond.toUint56();
        _fill(content, Math.saturatingSub(capacity, taken));
        emit BucketSet(capacity, refillPerSecond);
    }

    /// @dev `level` is at most the capacity.
    function _fill(Content memory content, uint256 level) private {
        content.level = uint72(level);
        content.since = uint40(block.timestamp);
        _bucket = content;
    }

    function _refilled(Content memory content) private view returns (uint256) {
        uint256 refilled = uint256(content.refillPerSecond) * (block.timestamp - content.since);
        return Math.min(content.capacity, content.level + refilled);
    }
}
