// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Restricted} from "../access/Restricted.sol";
import {IDepositToken, RedeemOrder} from "../interfaces/IDepositToken.sol";
import {TypedHashes} from "../libraries/TypedHashes.sol";
import {SignedPayments} from "./SignedPayments.sol";

/// @title Tokens back into bank money
/// @notice Contracts: the burn verifies and consumes exactly the order that the holder signed. Each
/// (holder, nonce) goes one way: none → burned → returned, or none → cancelled.
abstract contract Redemptions is SignedPayments, Restricted {
    enum State {
        None,
        Burned,
        Canceled,
        Returned
    }

    /// @dev One storage word.
    struct Redemption {
        State state;
        uint96 payableAmount;
    }

    mapping(address holder => mapping(bytes32 nonce => Redemption)) private _redemptions;

    /// @inheritdoc IDepositToken
    function getRedemption(address holder, bytes32 nonce)
        external
        view
        returns (uint8 state, uint256 payableAmount)
    {
        Redemption storage record = _redemptions[holder][nonce];
        return (uint8(record.state), record.payableAmount);
    }

    /// @inheritdoc IDepositToken
    function redeem(RedeemOrder calldata order, bytes calldata signature) external {
        if (block.timestamp > order.deadline) revert OrderExpired(order.deadline);
        if (order.amount == 0) revert ZeroAmount();
        if (order.fee > order.amount) revert FeeExceedsAmount(order.fee, order.amount);
        _requireUnused(order.holder, order.nonce);
        bytes32 digest = _hashTypedDataV4(TypedHashes.redeemOrder(order));
        _requireSignature(order.holder, digest, signature);
        _burn(order.holder, order.amount);
        unchecked {
            // fee <= amount is checked above; amount <= balance < 2^96 by the burn.
            uint96 payableAmount = uint96(order.amount - order.fee);
            _redemptions[order.holder][order.nonce] = Redemption(State.Burned, payableAmount);
        }
        emit Redeemed(order.holder, order.nonce, order.amount, order.fee, order.payoutHash);
    }

    /// @inheritdoc IDepositToken
    function cancelRedeemOrder(address holder, bytes32 nonce, bytes calldata signature) external {
        _requireUnused(holder, nonce);
        if (msg.sender != holder || signature.length != 0) {
            bytes32 digest = _hashTypedDataV4(TypedHashes.cancelRedeemOrder(holder, nonce));
            _requireSignature(holder, digest, signature);
        }
        _redemptions[holder][nonce].state = State.Canceled;
        emit RedeemCanceled(holder, nonce);
    }

    /// @inheritdoc IDepositToken
    function returnPayout(address holder, bytes32 nonce) external restricted {
        Redemption memory record = _redemptions[holder][nonce];
        if (record.state != State.Burned) {
            revert RedemptionNotReturnable(holder, nonce, uint8(record.state));
        }
        _redemptions[holder][nonce].state = State.Returned;
        _mintBack(holder, record.payableAmount);
        emit PayoutReturned(holder, nonce, record.payableAmount);
    }

    function _requireUnused(address holder, bytes32 nonce) private view {
        if (_redemptions[holder][nonce].state != State.None) revert OrderUsed(holder, nonce);
    }
}
