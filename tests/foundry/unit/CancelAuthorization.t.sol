// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {Authorization} from "../Signing.sol";
import {World} from "./World.sol";

/// cancelAuthorization, with the signature as bytes and as (v, r, s).
abstract contract CancelAuthorizationSuite is World {
    function bring(address authorizer, bytes32 nonce, bytes memory signature) internal virtual;

    function cancel() private {
        bring(alice, NONCE, signed(ALICE, hashCancel(alice, NONCE)));
    }

    function test_closesTheNonceAndSaysSo() public {
        bytes memory signature = signed(ALICE, hashCancel(alice, NONCE));
        tells();
        emit IERC3009Cancel.AuthorizationCanceled(alice, NONCE);
        bring(alice, NONCE, signature);
        so("closed", token.authorizationState(alice, NONCE));
        so("not another", !token.authorizationState(alice, 0));
        so("not another's", !token.authorizationState(bob, NONCE));
        stands(alice, 4_000, 0, 1, false);
    }

    function test_once() public {
        cancel();
        refuses(AuthorizationUsedOrCanceled.selector, alice, NONCE);
        cancel();
    }

    function test_notAfterItsUse() public {
        Authorization memory one = authorization(alice, bob, 300);
        by(relay)
            .transferWithAuthorization(
                alice, bob, 300, START - 1, START + 1, NONCE, signed(ALICE, hashTransfer(one))
            );
        refuses(AuthorizationUsedOrCanceled.selector, alice, NONCE);
        cancel();
    }

    function test_anotherMessage() public {
        bytes memory signature = signed(ALICE, hashCancel(alice, NONCE));
        refuses(InvalidSignature.selector, alice);
        bring(alice, 0, signature);
        refuses(InvalidSignature.selector, bob);
        bring(bob, NONCE, signature);
        so("open", !token.authorizationState(alice, NONCE));
    }

    function test_signedToCancelARedemption() public {
        bytes memory signature = signed(ALICE, hashCancelRedeem(alice, NONCE));
        refuses(InvalidSignature.selector, alice);
        bring(alice, NONCE, signature);
    }

    function test_theOtherFormOfTheSignature() public {
        bytes memory signature = malleated(signed(ALICE, hashCancel(alice, NONCE)));
        refuses(InvalidSignature.selector, alice);
        bring(alice, NONCE, signature);
    }

    function test_nobodySignsNothing() public {
        refuses(InvalidSignature.selector, address(0));
        bring(address(0), NONCE, new bytes(65));
    }

    function test_inEveryState() public {
        by(compliance).freeze(alice);
        by(compliance).freeze(relay);
        by(guardian).pause();
        cancel();
        so("closed", token.authorizationState(alice, NONCE));
    }
}

contract CancelAuthorizationByBytesTest is CancelAuthorizationSuite {
    function bring(address authorizer, bytes32 nonce, bytes memory signature) internal override {
        by(relay).cancelAuthorization(authorizer, nonce, signature);
    }
}

contract CancelAuthorizationByPartsTest is CancelAuthorizationSuite {
    function bring(address authorizer, bytes32 nonce, bytes memory signature) internal override {
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        by(relay).cancelAuthorization(authorizer, nonce, v, r, s);
    }
}
