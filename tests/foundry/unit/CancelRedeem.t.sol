// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {RedeemOrder} from "../../../contracts/interfaces/IDepositToken.sol";
import {World} from "./World.sol";

/// cancelRedeem: by the holder's call or signature, before the burn.
contract CancelRedeemTest is World {
    function isCanceled() private view {
        (uint8 state, uint256 owed) = token.getRedemption(alice, NONCE);
        same("state", state, 2);
        same("owed", owed, 0);
        (state,) = token.getRedemption(bob, NONCE);
        same("another's", state, 0);
        (state,) = token.getRedemption(alice, 0);
        same("another", state, 0);
    }

    function test_byTheHoldersCall() public {
        tells();
        emit RedeemCanceled(alice, NONCE);
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        isCanceled();
        stands(alice, 4_000, 0, 1, false);
    }

    function test_byTheHoldersSignature() public {
        bytes memory signature = signed(ALICE, hashCancelRedeem(alice, NONCE));
        tells();
        emit RedeemCanceled(alice, NONCE);
        by(relay).cancelRedeemOrder(alice, NONCE, signature);
        isCanceled();
    }

    function test_theHolderMayBringTheirOwnSignature() public {
        by(alice).cancelRedeemOrder(alice, NONCE, signed(ALICE, hashCancelRedeem(alice, NONCE)));
        isCanceled();
    }

    function test_aWrongSignatureIsRefusedFromTheHolderToo() public {
        bytes memory signature = signed(BOB, hashCancelRedeem(alice, NONCE));
        refuses(InvalidSignature.selector, alice);
        by(alice).cancelRedeemOrder(alice, NONCE, signature);
    }

    function test_nobodyElseWithoutASignature() public {
        refuses(InvalidSignature.selector, alice);
        by(relay).cancelRedeemOrder(alice, NONCE, "");
        refuses(InvalidSignature.selector, address(0));
        by(relay).cancelRedeemOrder(address(0), NONCE, new bytes(65));
    }

    function test_anotherMessage() public {
        bytes memory signature = signed(ALICE, hashCancelRedeem(alice, NONCE));
        refuses(InvalidSignature.selector, alice);
        by(relay).cancelRedeemOrder(alice, 0, signature);
        refuses(InvalidSignature.selector, bob);
        by(relay).cancelRedeemOrder(bob, NONCE, signature);
        signature = signed(ALICE, hashCancel(alice, NONCE));
        refuses(InvalidSignature.selector, alice);
        by(relay).cancelRedeemOrder(alice, NONCE, signature);
    }

    function test_theOtherFormOfTheSignature() public {
        bytes memory signature = malleated(signed(ALICE, hashCancelRedeem(alice, NONCE)));
        refuses(InvalidSignature.selector, alice);
        by(relay).cancelRedeemOrder(alice, NONCE, signature);
    }

    function test_once() public {
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        refuses(OrderUsed.selector, alice, NONCE);
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        refuses(OrderUsed.selector, alice, NONCE);
        by(relay).cancelRedeemOrder(alice, NONCE, "");
    }

    function test_notAfterTheBurn() public {
        RedeemOrder memory one = order(alice, 300, 0);
        by(relay).redeem(one, signed(ALICE, hashOrder(one)));
        refuses(OrderUsed.selector, alice, NONCE);
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        by(issuer).returnPayout(alice, NONCE);
        refuses(OrderUsed.selector, alice, NONCE);
        by(alice).cancelRedeemOrder(alice, NONCE, "");
    }

    function test_inEveryState() public {
        by(compliance).freeze(alice);
        by(guardian).pause();
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        isCanceled();
    }
}
