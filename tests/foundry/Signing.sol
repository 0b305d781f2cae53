// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IssueEntry, RedeemOrder} from "../../contracts/interfaces/IDepositToken.sol";
import {Check} from "./Check.sol";

/// What ERC-3009 lets a holder sign.
struct Authorization {
    address from;
    address to;
    uint256 value;
    uint256 validAfter;
    uint256 validBefore;
    bytes32 nonce;
}

/// Everything that is signed, hashed once more from the text of EIP-712: no code of contracts/ helps.
abstract contract Signing is Check {
    function domainOf(string memory name, uint256 chainId, address verifier)
        internal
        pure
        returns (bytes32)
    {
        bytes32 typehash = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        return
            keccak256(
                abi.encode(typehash, keccak256(bytes(name)), keccak256("1"), chainId, verifier)
            );
    }

    /// 65 bytes: r, s, v.
    function sign(uint256 key, bytes32 domain, bytes32 structHash)
        internal
        pure
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digestOf(domain, structHash));
        return abi.encodePacked(r, s, v);
    }

    function digestOf(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function split(bytes memory signature) internal pure returns (uint8 v, bytes32 r, bytes32 s) {
        (r, s) = abi.decode(signature, (bytes32, bytes32));
        v = uint8(signature[64]);
    }

    /// The other form of the same signature, which ecrecover takes too: n − s, and v flipped.
    function malleated(bytes memory signature) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        return abi.encodePacked(r, order - uint256(s), v == 27 ? 28 : 27);
    }

    // ------------------------------------------------------------------ struct hashes

    function hashTransfer(Authorization memory one) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        return keccak256(abi.encode(typehash, one));
    }

    function hashReceive(Authorization memory one) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        return keccak256(abi.encode(typehash, one));
    }

    function hashCancel(address authorizer, bytes32 nonce) internal pure returns (bytes32) {
        bytes32 typehash = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
        return keccak256(abi.encode(typehash, authorizer, nonce));
    }

    function hashPermit(
        address owner,
        address spender,
        uint256 value,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        return keccak256(abi.encode(typehash, owner, spender, value, nonce, deadline));
    }

    function hashOrder(RedeemOrder memory order) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "RedeemOrder(address holder,uint256 amount,Payout payout,uint256 fee,bytes32 nonce,uint256 deadline)Payout(string account,string name,string reference,bytes32 salt)"
        );
        return keccak256(abi.encode(typehash, order));
    }

    function hashCancelRedeem(address holder, bytes32 nonce) internal pure returns (bytes32) {
        bytes32 typehash = keccak256("CancelRedeem(address holder,bytes32 nonce)");
        return keccak256(abi.encode(typehash, holder, nonce));
    }

    function hashApproval(IssueEntry[] memory entries, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        bytes32 typehash = keccak256(
            "IssueApproval(IssueEntry[] entries,uint256 deadline)IssueEntry(uint256 number,bytes16 ref,address holder,uint256 amount)"
        );
        bytes32 entryhash =
            keccak256("IssueEntry(uint256 number,bytes16 ref,address holder,uint256 amount)");
        bytes memory hashes;
        for (uint256 i = 0; i < entries.length; ++i) {
            hashes = bytes.concat(hashes, keccak256(abi.encode(entryhash, entries[i])));
        }
        return keccak256(abi.encode(typehash, keccak256(hashes), deadline));
    }
}
