// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositToken} from "../interfaces/IDepositToken.sol";
import {ITeller, SignedRedeemOrder, SignedTransfer} from "../interfaces/ITeller.sol";
import {Backing} from "./Backing.sol";

/// @title Bringing other people's signatures to the token, many at once
/// @notice Contracts: anyone may. Each entry is a call of its own with its own gas, so whatever one
/// holds, or its signer's contract does, the rest goes on.
abstract contract Relay is Backing {
    /// @dev What each entry is given, never more and never less: a signer contract's 500,000 and the
    /// payment itself. With less, a relay could make a good entry fail.
    uint256 private constant ENTRY_GAS = 700_000;
    /// @dev A call passes on at most 63 of 64 parts of what is left (EIP-150).
    uint256 private constant GAS_FLOOR = ENTRY_GAS + ENTRY_GAS / 63 + 20_000;

    /// @inheritdoc ITeller
    function relayTransfers(SignedTransfer[] calldata transfers) external returns (uint256 done) {
        for (uint256 i = 0; i < transfers.length; ++i) {
            SignedTransfer calldata one = transfers[i];
            bytes4 reason = _bring(i, _call(one));
            if (reason == 0) ++done;
            else emit RelayFailed(i, one.from, one.nonce, reason);
        }
    }

    /// @inheritdoc ITeller
    function relayRedeemOrders(SignedRedeemOrder[] calldata orders)
        external
        returns (uint256 done)
    {
        for (uint256 i = 0; i < orders.length; ++i) {
            SignedRedeemOrder calldata one = orders[i];
            bytes memory call = abi.encodeCall(IDepositToken.redeem, (one.order, one.signature));
            bytes4 reason = _bring(i, call);
            if (reason == 0) ++done;
            else emit RelayFailed(i, one.order.holder, one.order.nonce, reason);
        }
    }

    function _call(SignedTransfer calldata one) private pure returns (bytes memory) {
        return abi.encodeWithSignature(
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
            one.from,
            one.to,
            one.value,
            one.validAfter,
            one.validBefore,
            one.nonce,
            one.signature
        );
    }

    /// @dev The selector of the token's error, or zero. The token never hands on what a signer's
    /// contract answered, so its answer is short.
    function _bring(uint256 index, bytes memory call) private returns (bytes4 reason) {
        if (gasleft() < GAS_FLOOR) revert RelayOutOfGas(index, gasleft());
        (bool well, bytes memory answer) = address(token).call{gas: ENTRY_GAS}(call);
        if (well) return 0;
        // Out of gas has no selector; it must not look like success.
        return answer.length < 4 ? bytes4(0xffffffff) : bytes4(answer);
    }
}
