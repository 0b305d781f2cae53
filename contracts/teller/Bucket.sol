// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ITeller} from "../interfaces/ITeller.sol";

/// @title What the operator's key can issue by itself: a bucket that refills with time
/// @notice Contracts: a bucket without capacity is closed.
abstract contract Bucket is ITeller {
    using SafeCast for uint256;

    /// @dev One storage word: its size, and what of it was taken and not refilled when it was last
    /// touched. What was taken stays taken, whatever happens to the size. 2^72 minor units are more money
    /// than there is.
    struct Content {
        uint72 capacity;
        uint56 refillPerSecond;
        uint72 taken;
        uint40 since;
    }

    Content private _bucket;

    /// @inheritdoc ITeller
    function bucketLevel() external view returns (uint256) {
        Content memory content = _bucket;
        return _level(content, _taken(content));
    }

    /// @inheritdoc ITeller
    function bucket() external view returns (uint256 capacity, uint256 refillPerSecond) {
        return (_bucket.capacity, _bucket.refillPerSecond);
    }

    function _takeFromBucket(uint256 wanted) internal {
        Content memory content = _bucket;
        uint256 taken = _taken(content);
        uint256 level = _level(content, taken);
        if (wanted > level) revert BucketExceeded(wanted, level);
        _keep(content, taken + wanted);
    }

    /// @dev Until now it refilled at the old pace.
    function _setBucket(uint256 capacity, uint256 refillPerSecond) internal {
        Content memory content = _bucket;
        uint256 taken = _taken(content);
        content.capacity = capacity.toUint72();
        content.refillPerSecond = refillPerSecond.toUint56();
        _keep(content, taken);
        emit BucketSet(capacity, refillPerSecond);
    }

    /// @dev `taken` was at most some capacity.
    function _keep(Content memory content, uint256 taken) private {
        content.taken = uint72(taken);
        content.since = uint40(block.timestamp);
        _bucket = content;
    }

    function _level(Content memory content, uint256 taken) private pure returns (uint256) {
        return Math.saturatingSub(content.capacity, taken);
    }

    function _taken(Content memory content) private view returns (uint256) {
        uint256 refilled = uint256(content.refillPerSecond) * (block.timestamp - content.since);
        return Math.saturatingSub(content.taken, refilled);
    }
}
