// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RedeemOrder} from "../interfaces/IDepositToken.sol";

/// @title EIP-712 struct hashes of everything that a holder signs
/// @notice Contracts: pure. The domain is the token's: name, version "1", chain id, token address.
library TypedHashes {
    bytes32 internal constant TRANSFER = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,"
        "uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 internal constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,"
        "uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 internal constant CANCEL =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
    bytes32 internal constant PERMIT = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant REDEEM_ORDER = keccak256(
        "RedeemOrder(address holder,uint256 amount,Payout payout,uint256 fee,bytes32 nonce,"
        "uint256 deadline)Payout(string account,string name,string reference,bytes32 salt)"
    );
    bytes32 internal constant CANCEL_REDEEM =
        keccak256("CancelRedeem(address holder,bytes32 nonce)");

    /// @param typehash TRANSFER or RECEIVE: the two have the same fields.
    function authorization(
        bytes32 typehash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(typehash, from, to, value, validAfter, validBefore, nonce));
    }

    function cancelAuthorization(address authorizer, bytes32 nonce)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(CANCEL, authorizer, nonce));
    }

    function permit(address owner, address spender, uint256 value, uint256 nonce, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(PERMIT, owner, spender, value, nonce, deadline));
    }

    /// @dev The nested Payout enters as its struct hash, exactly as EIP-712 encodes it.
    function redeemOrder(RedeemOrder calldata order) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REDEEM_ORDER,
                order.holder,
                order.amount,
                order.payoutHash,
                order.fee,
                order.nonce,
                order.deadline
            )
        );
    }

    function cancelRedeemOrder(address holder, bytes32 nonce) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCEL_REDEEM, holder, nonce));
    }
}
