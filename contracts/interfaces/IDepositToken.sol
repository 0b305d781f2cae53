// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IDepositTokenErrors} from "./IDepositTokenErrors.sol";
import {IDepositTokenEvents} from "./IDepositTokenEvents.sol";

/// @notice One deposit that the bank wants credited.
/// @param number The bank's running deposit number: used at most once, for ever.
/// @param ref Keyed hash of the bank's own line id, for reconciliation; no personal data.
/// @param holder Who is credited.
/// @param amount Minor units of the currency.
struct IssueEntry {
    uint256 number;
    bytes16 ref;
    address holder;
    uint256 amount;
}

/// @notice A holder's order to burn tokens for bank money, as it reaches the chain.
/// @param holder Whose tokens are burned; the signer.
/// @param amount Minor units burned; `fee` is part of it, `amount − fee` is paid out.
/// @param payoutHash EIP-712 struct hash of
///   `Payout(string account,string name,string reference,bytes32 salt)`. The holder's wallet shows
///   and signs the Payout in clear; only the hash is public.
/// @param fee Minor units that the bank keeps.
/// @param nonce 32 random bytes; each order of a holder has its own.
/// @param deadline Last second at which the order can be burned.
struct RedeemOrder {
    address holder;
    uint256 amount;
    bytes32 payoutHash;
    uint256 fee;
    bytes32 nonce;
    uint256 deadline;
}

/// @title A bank deposit as a token: its balances and its rules
/// @notice Contracts: one token per currency, `decimals` is the ISO 4217 minor unit, one unit is one
/// minor unit of bank money. Not upgradeable. Read this page first.
///
/// What is *not* protected, and whoever builds on this must know:
/// - Limits are per address. The chain cannot see that two addresses are one person; the bank's
///   registration does.
/// - A limit is a bound on payments, not on what a thief of a key can take over many days.
/// - The token does not know whether bank money stands behind it. The Teller's backing gate and the
///   bank's published proof do; a replaced issuer may gate differently.
/// - A signed authorization can be seen and brought by anyone before the intended relayer; the effect
///   is the same payment. Contracts that must act in the same call use `receiveWithAuthorization`.
/// - Anyone who sees a permit can bring it first. Callers that permit and then spend in one transaction
///   must go on when the allowance is already there.
/// - After a fork of the chain *with a new chain id* signatures are good on one side only; a fork that
///   keeps the chain id cannot be told apart.
/// - ERC-1271 signers are asked with bounded gas; a wallet that needs more cannot sign here.
/// - A payment to an address whose key is lost is lost until compliance finds a case for it.
/// - `transferCheck` speaks of the block it is asked in. It does not look at allowances.
/// - A forced transfer is announced by its delay. Freeze first, or the money may be spent meanwhile.
interface IDepositToken is
    IERC20Metadata,
    IERC20Permit,
    IERC3009,
    IERC3009Cancel,
    IERC5267,
    IDepositTokenErrors,
    IDepositTokenEvents
{
    // ------------------------------------------------------------------ reading

    /// @notice ISO 4217 code of the currency, e.g. "EUR".
    function currency() external view returns (string memory);

    /// @notice Seconds east of UTC at which the currency's day, and so the daily limit, turns.
    function utcOffsetSeconds() external view returns (int32);

    /// @notice Everything the token knows about an address.
    /// @return balance Minor units held.
    /// @return spentToday Minor units sent or redeemed since the day turned.
    /// @return tier 0 unregistered, 1 to 4 by the bank's customer checks, 5 without limits.
    /// @return frozen Whether the account is frozen. The zero address and the token itself are from birth,
    ///   without an event, and no act of compliance touches them: nobody could use what they hold.
    function getAccount(address account)
        external
        view
        returns (uint256 balance, uint256 spentToday, uint8 tier, bool frozen);

    /// @notice Where the token's description for people and wallets is (ERC-7572); a URI of JSON.
    function contractURI() external view returns (string memory);

    /// @notice Minor units ever credited by `issue` and `returnPayout`; it never falls.
    function totalMinted() external view returns (uint256);

    /// @notice Whether transfers, issues and redemptions are stopped.
    function paused() external view returns (bool);

    /// @notice The limits of a tier in minor units; zero is closed, tier 5 answers the largest number.
    function getLimits(uint8 tier)
        external
        view
        returns (uint256 perPayment, uint256 perDay, uint256 balance);

    /// @notice What a transfer of `amount` would meet now.
    /// @return reason Selector of the error that would be thrown; zero when it would pass.
    /// @return value The error's failing value: the amount, sum or balance that breaks the limit, or
    ///   the address that is frozen or invalid.
    /// @return limit The limit that it breaks; the amount needed for `ERC20InsufficientBalance`.
    function transferCheck(address from, address to, uint256 amount)
        external
        view
        returns (bytes4 reason, uint256 value, uint256 limit);

    /// @notice Whether `transferCheck` finds no reason against it (ERC-7943).
    function canTransfer(address from, address to, uint256 amount) external view returns (bool);

    // ------------------------------------------------------------------ signed by the holder

    /// @notice ERC-2612 with the signature as bytes, so that contract wallets can sign too.
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice ERC-3009 with the signature as bytes, so that contract wallets can sign too.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice ERC-3009 with the signature as bytes, so that contract wallets can sign too.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice ERC-3009 with the signature as bytes, so that contract wallets can sign too.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature)
        external;

    // ------------------------------------------------------------------ redemption

    /// @notice Burn `order.amount` by the holder's signature over the whole order. Anyone may bring it.
    /// @dev Counts as spending of the day. In this order: deadline, amount, fee; nonce; signature;
    ///   pause, freeze and the holder's limits.
    function redeem(RedeemOrder calldata order, bytes calldata signature) external;

    /// @notice Close an order that was not burned yet, so that it never can be.
    /// @param signature Of `CancelRedeem(address holder,bytes32 nonce)`; empty when the holder calls.
    function cancelRedeemOrder(address holder, bytes32 nonce, bytes calldata signature) external;

    /// @notice What became of an order.
    /// @return state 0 none, 1 burned, 2 cancelled, 3 burned and returned.
    /// @return payableAmount Minor units owed to (or returned to) the holder; zero unless burned.
    function getRedemption(address holder, bytes32 nonce)
        external
        view
        returns (uint8 state, uint256 payableAmount);

    // ------------------------------------------------------------------ issuer (the Teller)

    /// @notice Credit deposits. An entry that cannot be credited is refused by an event, uses its
    ///   number up and does not stop the rest; only a pause stops a batch of well-formed entries.
    /// @return credited Minor units credited in all.
    function issue(IssueEntry[] calldata entries) external returns (uint256 credited);

    /// @notice Close a deposit number that was never sent.
    function voidNumber(uint256 number) external;

    /// @notice Whether a deposit number was credited, refused or voided.
    function depositNumberUsed(uint256 number) external view returns (bool);

    /// @notice Credit a burned redemption to its holder again because the bank's payout came back.
    ///   Once; no freeze, limit or pause can stop it, only a supply at its very top. It is not spending
    ///   and not an issue.
    function returnPayout(address holder, bytes32 nonce) external;

    // ------------------------------------------------------------------ compliance

    /// @notice Register an account in a tier; 0 closes it. What it spent today stays counted.
    function setTier(address account, uint8 tier) external;

    /// @notice Stop an account from sending, receiving, redeeming and spending others' money.
    function freeze(address account) external;

    /// @notice Lift a freeze.
    function unfreeze(address account) external;

    // ------------------------------------------------------------------ guardian, governor, seizure

    /// @notice Stop transfers, issues and redemptions at once (guardian).
    function pause() external;

    /// @notice Let them go on (governor, after its delay).
    function unpause() external;

    /// @notice Set a tier's limits in minor units (governor, after its delay). Zero is closed.
    /// @dev Each must be at most 4095 followed by at most 15 zeros; else `UnrepresentableLimit`.
    function setLimits(uint8 tier, uint256 perPayment, uint256 perDay, uint256 balance) external;

    /// @notice Say where the token's description is now (governor, after its delay).
    function setContractURI(string calldata uri) external;

    /// @notice Take money by a case (seizure, after its delay), whatever the sender's freeze, any limit
    ///   and the pause say. Leaves the sender frozen. The recipient must be registered and unfrozen.
    function forcedTransfer(address from, address to, uint256 amount, bytes32 caseRef) external;
}
