// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RedeemOrder} from "../../../contracts/interfaces/IDepositToken.sol";
import {World} from "./World.sol";

/// redeem: the burn verifies and consumes exactly the order that the holder signed.
contract RedeemTest is World {
    function bring(RedeemOrder memory one) private {
        bring(one, signed(ALICE, hashOrder(one)));
    }

    function bring(RedeemOrder memory one, bytes memory signature) private {
        by(relay).redeem(one, signature);
    }

    function isOpen() private view {
        (uint8 state, uint256 owed) = token.getRedemption(alice, NONCE);
        same("state", state, 0);
        same("owed", owed, 0);
    }

    function test_burnsAndSaysSo() public {
        RedeemOrder memory one = order(alice, 700, 30);
        bytes memory signature = signed(ALICE, hashOrder(one));
        tells();
        emit IERC20.Transfer(alice, address(0), 700);
        tells();
        emit Redeemed(alice, NONCE, 700, 30, keccak256("payout"));
        bring(one, signature);
        stands(alice, 3_300, 700, 1, false);
        supplyIs(SUPPLY - 700, SUPPLY);
        (uint8 state, uint256 owed) = token.getRedemption(alice, NONCE);
        same("state", state, 1);
        same("owed", owed, 670);
        (state, owed) = token.getRedemption(bob, NONCE);
        same("another's", state + owed, 0);
        (state, owed) = token.getRedemption(alice, 0);
        same("another", state + owed, 0);
    }

    function test_isGoodOnce() public {
        RedeemOrder memory one = order(alice, 300, 0);
        bring(one);
        refuses(OrderUsed.selector, alice, NONCE);
        bring(one);
        one.amount = 1; // another order with the same nonce
        refuses(OrderUsed.selector, alice, NONCE);
        bring(one);
        one.nonce = 0;
        bring(one);
        holds(alice, 3_699);
    }

    function test_notAfterItsCancellation() public {
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        refuses(OrderUsed.selector, alice, NONCE);
        bring(order(alice, 300, 0));
    }

    function test_notAfterItsReturn() public {
        bring(order(alice, 300, 0));
        by(issuer).returnPayout(alice, NONCE);
        refuses(OrderUsed.selector, alice, NONCE);
        bring(order(alice, 300, 0));
    }

    // ------------------------------------------------------------------ the order's own bounds

    function test_exactlyAtTheDeadline() public {
        RedeemOrder memory one = order(alice, 300, 0);
        vm.warp(START + 1);
        refuses(OrderExpired.selector, START);
        bring(one);
        vm.warp(START);
        bring(one);
        holds(alice, 3_700);
    }

    function test_nothingIsNoAmount() public {
        refuses(ZeroAmount.selector);
        bring(order(alice, 0, 0));
        bring(order(alice, 1, 0));
        holds(alice, 3_999);
    }

    function test_theFeeIsAtMostTheAmount() public {
        refuses(FeeExceedsAmount.selector, uint256(301), uint256(300));
        bring(order(alice, 300, 301));
        bring(order(alice, 300, 300));
        (uint8 state, uint256 owed) = token.getRedemption(alice, NONCE);
        same("state", state, 1);
        same("owed", owed, 0);
    }

    function test_oneLessThanTheAmountAsFee() public {
        bring(order(alice, 300, 299));
        (, uint256 owed) = token.getRedemption(alice, NONCE);
        same("owed", owed, 1);
    }

    // ------------------------------------------------------------------ signatures

    function test_anotherOrder() public {
        RedeemOrder memory one = order(alice, 300, 7);
        bytes memory signature = signed(ALICE, hashOrder(one));
        one.amount = 301;
        _isNotSigned(one, signature);
        (one.amount, one.fee) = (300, 8);
        _isNotSigned(one, signature);
        (one.fee, one.payoutHash) = (7, keccak256("another payout"));
        _isNotSigned(one, signature);
        (one.payoutHash, one.nonce) = (keccak256("payout"), 0);
        _isNotSigned(one, signature);
        (one.nonce, one.deadline) = (NONCE, START + 1);
        _isNotSigned(one, signature);
        (one.deadline, one.holder) = (START, bob);
        _isNotSigned(one, signature);
        one.holder = alice;
        bring(one, signature);
        holds(alice, 3_700);
    }

    function _isNotSigned(RedeemOrder memory one, bytes memory signature) private {
        refuses(InvalidSignature.selector, one.holder);
        bring(one, signature);
    }

    /// One signature must not authorise every burn, nor an order be signed by one for another.
    function test_anotherSigner() public {
        RedeemOrder memory one = order(alice, 300, 0);
        bytes memory signature = signed(BOB, hashOrder(one));
        refuses(InvalidSignature.selector, alice);
        bring(one, signature);
        refuses(InvalidSignature.selector, alice);
        by(alice).redeem(one, "");
        isOpen();
    }

    function test_theOtherFormOfTheSignature() public {
        RedeemOrder memory one = order(alice, 300, 0);
        bytes memory signature = malleated(signed(ALICE, hashOrder(one)));
        refuses(InvalidSignature.selector, alice);
        bring(one, signature);
    }

    function test_nobodySignsNothing() public {
        refuses(InvalidSignature.selector, address(0));
        bring(order(address(0), 1, 0), new bytes(65));
    }

    // ------------------------------------------------------------------ the rules of spending

    function test_theLimitsCount() public {
        _refused(1_001, abi.encodeWithSelector(PaymentLimitExceeded.selector, alice, 1_001, 1_000));
        _refused(
            4_001, abi.encodeWithSelector(ERC20InsufficientBalance.selector, alice, 4_000, 4_001)
        );
        by(alice).transfer(vip, 1_000);
        by(alice).transfer(vip, 1_000);
        _refused(501, abi.encodeWithSelector(DailyLimitExceeded.selector, alice, 2_501, 2_500));
        bring(order(alice, 500, 0));
        stands(alice, 1_500, 2_500, 1, false);
        refuses(DailyLimitExceeded.selector, alice, 2_501, 2_500);
        by(alice).transfer(vip, 1);
    }

    function test_exactlyAtThePaymentLimit() public {
        bring(order(alice, 1_000, 0));
        stands(alice, 3_000, 1_000, 1, false);
    }

    function test_frozen() public {
        by(compliance).freeze(alice);
        _refused(300, abi.encodeWithSelector(FrozenAccount.selector, alice));
        by(compliance).unfreeze(alice);
        bring(order(alice, 300, 0));
    }

    function test_paused() public {
        by(guardian).pause();
        _refused(300, abi.encodeWithSelector(TokenPaused.selector));
        by(governor).unpause();
        bring(order(alice, 300, 0));
    }

    function test_theRelaysOwnStateDoesNotMatter() public {
        by(compliance).freeze(relay);
        bring(order(alice, 300, 0));
        holds(alice, 3_700);
    }

    function _refused(uint256 amount, bytes memory reason) private {
        bytes memory signature = signed(ALICE, hashOrder(order(alice, amount, 0)));
        refuses(reason);
        bring(order(alice, amount, 0), signature);
        isOpen();
    }

    function test_allThereIs() public {
        give(vip, MOST - SUPPLY);
        uint256 all = MOST - SUPPLY + 1_000_000;
        RedeemOrder memory one = order(vip, all, 0);
        bring(one, signed(VIP, hashOrder(one)));
        stands(vip, 0, all, 5, false);
        supplyIs(SUPPLY - 1_000_000, MOST);
        (, uint256 owed) = token.getRedemption(vip, NONCE);
        same("owed", owed, all);
    }

    // ------------------------------------------------------------------ which reason comes first

    function test_deadlineThenAmountThenFeeThenNonceThenSignature() public {
        RedeemOrder memory one = order(alice, 0, 1);
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        one.deadline = START - 1;
        refuses(OrderExpired.selector, START - 1);
        bring(one, "");
        one.deadline = START;
        refuses(ZeroAmount.selector);
        bring(one, "");
        (one.amount, one.fee) = (1, 2);
        refuses(FeeExceedsAmount.selector, uint256(2), uint256(1));
        bring(one, "");
        one.fee = 0;
        refuses(OrderUsed.selector, alice, NONCE);
        bring(one, "");
        one.nonce = 0;
        by(guardian).pause();
        refuses(InvalidSignature.selector, alice);
        bring(one, "");
    }
}
