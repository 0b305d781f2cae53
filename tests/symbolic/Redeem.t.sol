// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RedeemOrder} from "../../contracts/interfaces/IDepositToken.sol";
import {SymbolicToken} from "./SymbolicToken.sol";

/// A signer that is a contract, whose every answer is any word at all.
contract AnySigner {
    mapping(bytes32 question => bytes32) public answers;

    function isValidSignature(bytes32 digest, bytes calldata signature)
        external
        view
        returns (bytes32)
    {
        return answers[keccak256(abi.encode(digest, signature))];
    }
}

/// No valid signature, no burn; and what is burned is what was signed, once.
contract RedeemCheck is SymbolicToken {
    bytes4 private constant YES = 0x1626ba7e;
    uint256 private constant HALF_ORDER =
        0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    AnySigner private _signer;

    function setUp() public override {
        super.setUp();
        _signer = new AnySigner();
        svm.enableSymbolicStorage(address(_signer));
    }

    function check_noValidSignatureNoBurn(
        RedeemOrder calldata order,
        bytes calldata signature,
        uint40 time,
        address other
    ) external {
        vm.warp(time);
        assumeWithinSupply(order.holder, other);
        uint256 held = token.balanceOf(order.holder);
        uint256 others = token.balanceOf(other);
        uint256 supply = token.totalSupply();
        (uint8 state,) = token.getRedemption(order.holder, order.nonce);
        token.redeem(order, signature);
        assert(signed(order, signature));
        assert(state == 0);
        assert(time <= order.deadline);
        assert(order.amount > 0 && order.fee <= order.amount && order.amount <= held);
        assert(token.balanceOf(order.holder) == held - order.amount);
        assert(token.totalSupply() == supply - order.amount);
        if (other != order.holder) assert(token.balanceOf(other) == others);
        uint256 payableAmount;
        (state, payableAmount) = token.getRedemption(order.holder, order.nonce);
        assert(state == 1 && payableAmount == order.amount - order.fee);
    }

    function check_oneOrderBurnsOnce(
        RedeemOrder calldata order,
        RedeemOrder calldata again,
        bytes calldata signature
    ) external {
        vm.assume(order.holder == again.holder && order.nonce == again.nonce);
        (uint8 state,) = token.getRedemption(order.holder, order.nonce);
        if (state == 0) token.redeem(order, signature);
        try token.redeem(again, signature) {
            assert(false);
        } catch {}
    }

    function reach_aBurnBySignature(RedeemOrder calldata order, bytes calldata signature) external {
        vm.assume(order.fee > 0 && order.holder.code.length == 0);
        token.redeem(order, signature);
        assert(false);
    }

    function reach_aBurnByAContract(RedeemOrder calldata order, bytes calldata signature) external {
        vm.assume(order.holder == address(_signer));
        token.redeem(order, signature);
        assert(false);
    }

    function signed(RedeemOrder calldata order, bytes calldata signature)
        private
        view
        returns (bool)
    {
        bytes32 payoutAndOrder = keccak256(
            abi.encode(
                keccak256(
                    "RedeemOrder(address holder,uint256 amount,Payout payout,uint256 fee,bytes32 nonce,uint256 deadline)Payout(string account,string name,string reference,bytes32 salt)"
                ),
                order.holder,
                order.amount,
                order.payoutHash,
                order.fee,
                order.nonce,
                order.deadline
            )
        );
        bytes32 digest =
            keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), payoutAndOrder));
        if (signature.length == 65) {
            (bytes32 r, bytes32 s) = (bytes32(signature[:32]), bytes32(signature[32:64]));
            uint8 v = uint8(signature[64]);
            bool canonical = uint256(s) <= HALF_ORDER && (v == 27 || v == 28);
            address by = ecrecover(digest, v, r, s);
            if (canonical && by == order.holder && by != address(0)) return true;
        }
        return order.holder == address(_signer)
            && _signer.isValidSignature(digest, signature) == bytes32(YES);
    }
}
