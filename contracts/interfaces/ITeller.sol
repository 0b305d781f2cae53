// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IDepositToken, IssueEntry} from "./IDepositToken.sol";

/// @notice What the attestor last said about the bank money behind the tokens.
/// @param backing Booked balance of the reserve − unpaid burns − unmatched money − own funds.
/// @param supply The token's `totalSupply` at `blockNumber`.
/// @param minted The token's `totalMinted` at `blockNumber`.
/// @param asOf Second of which the bank's figures speak.
/// @param blockNumber Block of which the chain's figures speak.
struct Attestation {
    uint256 backing;
    uint256 supply;
    uint256 minted;
    uint64 asOf;
    uint64 blockNumber;
}

/// @title The bank's counter: who may issue how much
/// @notice Contracts: the token's issuer. Two bounds stand before every issue: a bucket that refills
/// with time bounds what the operator's key can issue, and the attested backing bounds what anyone can.
/// Amounts are minor units; times are seconds since 1970, chain time. Holds no money and no record that
/// the token needs: a new Teller can take its place.
///
/// What is *not* protected:
/// - The Teller believes the attestor about the bank's books. That key lives with another process and
///   reads the bank itself; if it and the operator's fall into the same hands, the bucket is the bound.
/// - Entries that the token refuses still take from the bucket: the bound is on what was asked.
/// - Burns after the attested block do not give room to issue until the next attestation.
interface ITeller {
    /// @notice The operator asked for `wanted`; the bucket holds `level`. Zero capacity is closed.
    error BucketExceeded(uint256 wanted, uint256 level);

    /// @notice `wanted` is more than the attested backing leaves room for.
    error HeadroomExceeded(uint256 wanted, uint256 headroom);

    /// @notice The last attestation speaks of `asOf` (0: there is none) and is good for `maxAge` seconds.
    error BackingStale(uint64 asOf, uint64 maxAge);

    /// @notice An attestation must be newer than the last one, which speaks of `last`.
    error AttestationNotNewer(uint64 asOf, uint64 last);

    /// @notice An attestation cannot speak of a time or block that has not come yet.
    error AttestationFromFuture(uint64 asOf, uint64 blockNumber);

    /// @notice At no block was `supply` in being out of `minted`, of which the token counts `totalMinted`.
    error AttestationInconsistent(uint256 supply, uint256 minted, uint256 totalMinted);

    /// @notice The attestor spoke; see `Attestation`.
    event Attested(
        uint256 backing, uint256 supply, uint256 minted, uint64 asOf, uint64 blockNumber
    );

    /// @notice The operator's bucket now holds at most `capacity` and refills by `refillPerSecond`.
    event BucketSet(uint256 capacity, uint256 refillPerSecond);

    /// @notice An attestation is now good for `maxAge` seconds.
    event MaxAgeSet(uint64 maxAge);

    /// @notice The token that this Teller issues.
    function token() external view returns (IDepositToken);

    /// @notice Credit deposits (operator). Takes the sum of the entries from the bucket and needs it
    ///   to fit the headroom; see `IDepositToken.issue` for what happens to each entry.
    function issue(IssueEntry[] calldata entries) external;

    /// @notice Close a deposit number that was never sent (operator).
    function void(uint256 number) external;

    /// @notice Credit a redemption whose payout came back (operator). Needs headroom, not the bucket:
    ///   the sum is bounded by what was burned, and each burn is returned at most once.
    function returnPayout(address holder, bytes32 nonce) external;

    /// @notice Say what backs the tokens (attestor). From then on `totalMinted` may reach
    ///   `minted + (backing − supply)`; not more than `minted` when the backing is short.
    /// @dev `asOf` rises strictly and is never in the future.
    function attest(
        uint256 backing,
        uint256 supply,
        uint256 minted,
        uint64 asOf,
        uint64 blockNumber
    ) external;

    /// @notice Set the operator's bucket (governor, after its delay). Zero capacity closes issuing.
    /// @dev What was taken stays taken: the level moves with the capacity and never below zero.
    function setBucket(uint256 capacity, uint256 refillPerSecond) external;

    /// @notice Set how long an attestation is good (governor, after its delay). Zero closes issuing a
    ///   second after each attested time.
    function setMaxAge(uint64 maxAge) external;

    /// @notice What the operator could issue now as far as the bucket goes.
    function bucketLevel() external view returns (uint256);

    /// @notice The bucket's size and how fast it refills.
    function bucket() external view returns (uint256 capacity, uint256 refillPerSecond);

    /// @notice How many seconds an attestation is good.
    function maxAge() external view returns (uint64);

    /// @notice What could be credited now as far as the backing goes; zero when stale or missing.
    function headroom() external view returns (uint256);

    /// @notice The last attestation; all zero when there was none.
    function attestation() external view returns (Attestation memory);
}
