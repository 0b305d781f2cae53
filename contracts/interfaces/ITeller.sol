// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IDepositToken, IssueEntry, RedeemOrder} from "./IDepositToken.sol";

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

/// @notice An officer's word for a batch.
/// @param officer Member of the AccessManager's role 3, without a delay.
/// @param signature Of `IssueApproval`; 65 bytes, or whatever the officer's contract takes (ERC-1271).
struct Approval {
    address officer;
    bytes signature;
}

/// @notice The arguments of the token's `transferWithAuthorization`.
struct SignedTransfer {
    address from;
    address to;
    uint256 value;
    uint256 validAfter;
    uint256 validBefore;
    bytes32 nonce;
    bytes signature;
}

/// @notice The arguments of the token's `redeem`.
struct SignedRedeemOrder {
    RedeemOrder order;
    bytes signature;
}

/// @title The bank's counter: who may issue how much
/// @notice Contracts: the token's issuer. Two bounds stand before every issue: a bucket that refills
/// with time bounds what the operator's key can issue by itself — past it, k of n officers must sign the
/// very entries — and the attested backing bounds what anyone can.
/// Amounts are minor units; times are seconds since 1970, chain time. Holds no money and no record that
/// the token needs: a new Teller can take its place.
///
/// What is *not* protected:
/// - The Teller believes the attestor about the bank's books. That key lives with another process and
///   reads the bank itself; if it and the operator's fall into the same hands, the bucket bounds new
///   issues, and beside it every burn that was not returned yet can be credited to its holder again.
/// - Bucket and backing bound the whole batch: one entry too many undoes it. What the token refuses
///   takes nothing of either.
/// - Whoever holds the operator's key can use deposit numbers up by entries that are refused, or void
///   them. That delays deposits; it cannot mint.
/// - Officers approve entries, not who is behind an address; what they should check is theirs.
/// - A relayed entry that failed can be brought again by anyone until it expires.
/// - Burns after the attested block do not give room to issue until the next attestation.
interface ITeller is IERC5267 {
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

    /// @notice The officers' approvals were good until `deadline`.
    error ApprovalExpired(uint256 deadline);

    /// @notice No number of approvals is set: officers cannot issue.
    error ApprovalsClosed();

    /// @notice `given` officers approved; `needed` must.
    error TooFewApprovals(uint256 given, uint256 needed);

    /// @notice Approvals come in the order of the officers' addresses, each once; `officer` does not.
    error OfficersNotRising(address officer);

    /// @notice `account` is not an officer, or one who may act only after a delay.
    error NotOfficer(address account);

    /// @notice The signature is not one of `officer` over exactly these entries, deadline and Teller.
    error InvalidApproval(address officer);

    /// @notice Before the entry `index` only `gasLeft` was left. Each entry needs its full allowance
    ///   of gas, or it could be made to fail: bring fewer, or give more.
    error RelayOutOfGas(uint256 index, uint256 gasLeft);

    /// @notice The attestor spoke; see `Attestation`.
    event Attested(
        uint256 backing, uint256 supply, uint256 minted, uint64 asOf, uint64 blockNumber
    );

    /// @notice The operator's bucket now holds at most `capacity` and refills by `refillPerSecond`.
    event BucketSet(uint256 capacity, uint256 refillPerSecond);

    /// @notice An attestation is now good for `maxAge` seconds.
    event MaxAgeSet(uint64 maxAge);

    /// @notice It now takes `needed` officers to issue past the bucket; 0 is closed.
    event ApprovalsNeededSet(uint8 needed);

    /// @notice `officers` approved the batch with this EIP-712 digest. Brought again, the batch credits
    ///   nothing and says so again: count `Issued`, not approvals.
    event IssueApproved(bytes32 indexed digest, address[] officers);

    /// @notice The entry `index` of a relayed batch was not done. `reason` is the selector of the
    ///   token's error, 0xffffffff when it had none (out of gas).
    event RelayFailed(
        uint256 indexed index, address indexed signer, bytes32 indexed nonce, bytes4 reason
    );

    /// @notice The token that this Teller issues.
    function token() external view returns (IDepositToken);

    /// @notice Credit deposits (operator). What is credited is taken from the bucket and must fit the
    ///   headroom, or all of it is undone; see `IDepositToken.issue` for what happens to each entry.
    function issue(IssueEntry[] calldata entries) external;

    /// @notice Credit deposits past the bucket, with the officers' approval (operator). Must fit the
    ///   headroom. Each officer signs
    ///   `IssueApproval(IssueEntry[] entries,uint256 deadline)IssueEntry(uint256 number,bytes16 ref,address holder,uint256 amount)`
    ///   in the domain that `eip712Domain` gives.
    /// @param deadline Last second at which the approvals are good.
    /// @param approvals At least `approvalsNeeded`, by rising address of the officer, all of them good.
    function issueApproved(
        IssueEntry[] calldata entries,
        uint256 deadline,
        Approval[] calldata approvals
    ) external;

    /// @notice Close a deposit number that was never sent (operator).
    function voidNumber(uint256 number) external;

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

    /// @notice Set the operator's bucket (governor, after its delay). Zero capacity lets the operator
    ///   credit nothing by itself. The capacity is below 2^72, the refill below 2^56.
    /// @dev What was taken stays taken, and refills at the new pace.
    function setBucket(uint256 capacity, uint256 refillPerSecond) external;

    /// @notice Set how long an attestation is good (governor, after its delay). Zero closes issuing a
    ///   second after each attested time.
    function setMaxAge(uint64 maxAge) external;

    /// @notice Set how many officers it takes to issue past the bucket (governor, after its delay).
    ///   0 closes it.
    function setApprovalsNeeded(uint8 needed) external;

    /// @notice Bring signed transfers to the token (anyone). One that fails is told by an event and
    ///   stops nothing; each is given 700,000 gas.
    /// @return done How many went through.
    function relayTransfers(SignedTransfer[] calldata transfers) external returns (uint256 done);

    /// @notice Bring signed redemption orders to the token (anyone), as `relayTransfers`.
    /// @return done How many went through.
    function relayRedeemOrders(SignedRedeemOrder[] calldata orders) external returns (uint256 done);

    /// @notice How many officers it takes to issue past the bucket; 0 is closed.
    function approvalsNeeded() external view returns (uint8);

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
