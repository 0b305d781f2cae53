// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDepositToken} from "../interfaces/IDepositToken.sol";
import {Attestation, ITeller} from "../interfaces/ITeller.sol";

/// @title What anyone can issue at all: never more than the attested backing
/// @notice Contracts: the backing is kept as a ceiling on all that was ever minted, so issues use it up
/// by themselves and burns never restore it.
abstract contract Backing is ITeller {
    using SafeCast for uint256;

    /// @dev The first word is all that an issue reads.
    struct Statement {
        uint128 ceiling;
        uint64 asOf;
        uint64 maxAge;
        uint128 backing;
        uint128 supply;
        uint128 minted;
        uint64 blockNumber;
    }

    /// @inheritdoc ITeller
    IDepositToken public immutable token;

    Statement private _last;

    constructor(IDepositToken token_) {
        token = token_;
    }

    /// @inheritdoc ITeller
    function maxAge() external view returns (uint64) {
        return _last.maxAge;
    }

    /// @inheritdoc ITeller
    function headroom() external view returns (uint256) {
        return _isStale() ? 0 : Math.saturatingSub(_last.ceiling, token.totalMinted());
    }

    /// @inheritdoc ITeller
    function attestation() external view returns (Attestation memory) {
        Statement memory last = _last;
        return Attestation({
            backing: last.backing,
            supply: last.supply,
            minted: last.minted,
            asOf: last.asOf,
            blockNumber: last.blockNumber
        });
    }

    function _attest(
        uint256 backing,
        uint256 supply,
        uint256 minted,
        uint64 asOf,
        uint64 blockNumber
    ) internal {
        if (asOf > block.timestamp || blockNumber > block.number) {
            revert AttestationFromFuture(asOf, blockNumber);
        }
        if (asOf <= _last.asOf) revert AttestationNotNewer(asOf, _last.asOf);
        uint256 totalMinted = token.totalMinted();
        if (supply > minted || minted > totalMinted) {
            revert AttestationInconsistent(supply, minted, totalMinted);
        }
        _last = Statement({
            ceiling: (minted + Math.saturatingSub(backing, supply)).toUint128(),
            asOf: asOf,
            maxAge: _last.maxAge,
            backing: backing.toUint128(),
            supply: supply.toUint128(),
            minted: minted.toUint128(),
            blockNumber: blockNumber
        });
        emit Attested(backing, supply, minted, asOf, blockNumber);
    }

    function _setMaxAge(uint64 maxAge_) internal {
        _last.maxAge = maxAge_;
        emit MaxAgeSet(maxAge_);
    }

    function _requireFresh() internal view {
        if (_isStale()) revert BackingStale(_last.asOf, _last.maxAge);
    }

    /// @dev `credited` was just minted; the caller undoes it by this error. Nothing needs no backing.
    function _requireBacked(uint256 credited) internal view {
        if (credited == 0) return;
        uint256 minted = token.totalMinted();
        uint256 ceiling = _last.ceiling;
        if (minted > ceiling) {
            revert HeadroomExceeded(credited, Math.saturatingSub(ceiling, minted - credited));
        }
    }

    /// @dev Nothing attested counts as stale for ever.
    function _isStale() private view returns (bool) {
        uint64 asOf = _last.asOf;
        return asOf == 0 || block.timestamp - asOf > _last.maxAge;
    }
}
