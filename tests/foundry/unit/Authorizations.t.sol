// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {Authorization} from "../Signing.sol";
import {World} from "./World.sol";

/// transferWithAuthorization and receiveWithAuthorization, each with the signature as bytes and as
/// (v, r, s): the four contracts at the end.
abstract contract AuthorizationSuite is World {
    function bring(Authorization memory one, bytes memory signature) internal virtual;

    function hash(Authorization memory one) internal pure virtual returns (bytes32);

    /// The hash that is signed for the other of the two functions.
    function otherHash(Authorization memory one) internal pure virtual returns (bytes32);

    function bringSigned(Authorization memory one) internal {
        bring(one, signed(ALICE, hash(one)));
    }

    function isOpen() internal view {
        so("not used", !token.authorizationState(alice, NONCE));
    }

    function test_movesMoneyAndSaysSo() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory signature = signed(ALICE, hash(one));
        tells();
        emit IERC3009.AuthorizationUsed(alice, NONCE);
        tells();
        emit IERC20.Transfer(alice, bob, 300);
        bring(one, signature);
        stands(alice, 3_700, 300, 1, false);
        stands(bob, 1_300, 0, 1, false);
        so("used", token.authorizationState(alice, NONCE));
        so("not another's", !token.authorizationState(bob, NONCE));
        so("not another", !token.authorizationState(alice, 0));
    }

    function test_isGoodOnce() public {
        Authorization memory one = authorization(alice, bob, 300);
        bringSigned(one);
        refuses(AuthorizationUsedOrCanceled.selector, alice, NONCE);
        bringSigned(one);
        one.value = 1; // another message with the same nonce
        refuses(AuthorizationUsedOrCanceled.selector, alice, NONCE);
        bringSigned(one);
        one.nonce = 0;
        bringSigned(one);
        holds(bob, 1_301);
    }

    function test_canceled() public {
        by(relay).cancelAuthorization(alice, NONCE, signed(ALICE, hashCancel(alice, NONCE)));
        Authorization memory one = authorization(alice, bob, 300);
        refuses(AuthorizationUsedOrCanceled.selector, alice, NONCE);
        bringSigned(one);
    }

    // ------------------------------------------------------------------ times, both ends exclusive

    function test_onlyAfterItsTime() public {
        Authorization memory one = authorization(alice, bob, 300);
        one.validAfter = START;
        refuses(AuthorizationNotYetValid.selector, START);
        bringSigned(one);
        one.validAfter = START + 1;
        refuses(AuthorizationNotYetValid.selector, START + 1);
        bringSigned(one);
        one.validAfter = START - 1;
        bringSigned(one);
        holds(bob, 1_300);
    }

    function test_onlyBeforeItsEnd() public {
        Authorization memory one = authorization(alice, bob, 300);
        one.validBefore = START;
        refuses(AuthorizationExpired.selector, START);
        bringSigned(one);
        one.validBefore = START - 1;
        refuses(AuthorizationExpired.selector, START - 1);
        bringSigned(one);
        one.validBefore = START + 1;
        bringSigned(one);
        holds(bob, 1_300);
    }

    function test_timesAreLookedAtBeforeTheSignature() public {
        Authorization memory one = authorization(alice, bob, 300);
        one.validAfter = START;
        refuses(AuthorizationNotYetValid.selector, START);
        bring(one, new bytes(65));
        one.validAfter = 0;
        one.validBefore = 1;
        refuses(AuthorizationExpired.selector, uint256(1));
        bring(one, new bytes(65));
    }

    // ------------------------------------------------------------------ signatures

    function test_anotherMessage() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory signature = signed(ALICE, hash(one));
        one.value = 301;
        _isNotSigned(one, signature);
        (one.value, one.validAfter) = (300, START - 2);
        _isNotSigned(one, signature);
        (one.validAfter, one.validBefore) = (START - 1, START + 2);
        _isNotSigned(one, signature);
        (one.validBefore, one.nonce) = (START + 1, 0);
        _isNotSigned(one, signature);
        (one.nonce, one.to) = (NONCE, vip);
        _isNotSigned(one, signature);
        (one.to, one.from) = (bob, dave);
        _isNotSigned(one, signature);
        one.from = alice;
        bring(one, signature);
    }

    function _isNotSigned(Authorization memory one, bytes memory signature) private {
        refuses(InvalidSignature.selector, one.from);
        bring(one, signature);
    }

    function test_signedForTheOtherFunction() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory signature = signed(ALICE, otherHash(one));
        refuses(InvalidSignature.selector, alice);
        bring(one, signature);
        isOpen();
    }

    function test_anotherSigner() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory signature = signed(BOB, hash(one));
        refuses(InvalidSignature.selector, alice);
        bring(one, signature);
    }

    function test_theOtherFormOfTheSignature() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory signature = malleated(signed(ALICE, hash(one)));
        refuses(InvalidSignature.selector, alice);
        bring(one, signature);
    }

    function test_nobodySignsNothing() public {
        refuses(InvalidSignature.selector, address(0));
        bring(authorization(address(0), bob, 0), new bytes(65));
    }

    function test_theSignatureIsLookedAtBeforeTheNonce() public {
        Authorization memory one = authorization(alice, bob, 300);
        bringSigned(one);
        refuses(InvalidSignature.selector, alice);
        bring(one, new bytes(65));
    }

    // ------------------------------------------------------------------ the rules of every payment

    function test_aRefusedPaymentLeavesTheNonceOpen() public {
        by(compliance).freeze(alice);
        _refused(300, abi.encodeWithSelector(FrozenAccount.selector, alice));
        by(compliance).unfreeze(alice);
        by(compliance).freeze(bob);
        _refused(300, abi.encodeWithSelector(FrozenAccount.selector, bob));
        by(compliance).unfreeze(bob);
        by(guardian).pause();
        _refused(300, abi.encodeWithSelector(TokenPaused.selector));
        by(governor).unpause();
        _refused(1_001, abi.encodeWithSelector(PaymentLimitExceeded.selector, alice, 1_001, 1_000));
        _refused(
            4_001, abi.encodeWithSelector(ERC20InsufficientBalance.selector, alice, 4_000, 4_001)
        );
        bringSigned(authorization(alice, bob, 300));
        holds(bob, 1_300);
    }

    function test_theDailyLimit() public {
        by(alice).transfer(vip, 1_000);
        by(alice).transfer(vip, 1_000);
        _refused(501, abi.encodeWithSelector(DailyLimitExceeded.selector, alice, 2_501, 2_500));
        bringSigned(authorization(alice, bob, 500));
        isSpent(alice, 2_500);
    }

    function test_theBalanceLimit() public {
        by(vip).transfer(bob, 4_000);
        _refused(1, abi.encodeWithSelector(BalanceLimitExceeded.selector, bob, 5_001, 5_000));
    }

    function _refused(uint256 value, bytes memory reason) private {
        bytes memory signature = signed(ALICE, hash(authorization(alice, bob, value)));
        refuses(reason);
        bring(authorization(alice, bob, value), signature);
        isOpen();
    }

    function test_theTokenReceivesNothing() public {
        Authorization memory one = authorization(alice, address(token), 1);
        bytes memory signature = signed(ALICE, hash(one));
        refuses(ERC20InvalidReceiver.selector, address(token));
        bring(one, signature);
    }
}

abstract contract TransferSuite is AuthorizationSuite {
    function hash(Authorization memory one) internal pure override returns (bytes32) {
        return hashTransfer(one);
    }

    function otherHash(Authorization memory one) internal pure override returns (bytes32) {
        return hashReceive(one);
    }

    function test_theRelaysOwnStateDoesNotMatter() public {
        by(compliance).freeze(relay);
        bringSigned(authorization(alice, bob, 300));
        holds(bob, 1_300);
    }
}

contract TransferByBytesTest is TransferSuite {
    function bring(Authorization memory one, bytes memory signature) internal override {
        by(relay)
            .transferWithAuthorization(
                one.from, one.to, one.value, one.validAfter, one.validBefore, one.nonce, signature
            );
    }
}

contract TransferByPartsTest is TransferSuite {
    function bring(Authorization memory one, bytes memory signature) internal override {
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        by(relay)
            .transferWithAuthorization(
                one.from, one.to, one.value, one.validAfter, one.validBefore, one.nonce, v, r, s
            );
    }
}

abstract contract ReceiveSuite is AuthorizationSuite {
    /// Who brings the next one when it is not the payee.
    address internal stranger;

    function hash(Authorization memory one) internal pure override returns (bytes32) {
        return hashReceive(one);
    }

    function otherHash(Authorization memory one) internal pure override returns (bytes32) {
        return hashTransfer(one);
    }

    function test_onlyThePayeeBringsIt() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory signature = signed(ALICE, hash(one));
        stranger = relay;
        refuses(CallerNotPayee.selector, relay, bob);
        bring(one, signature);
        stranger = alice;
        refuses(CallerNotPayee.selector, alice, bob);
        bring(one, signature);
        isOpen();
    }

    function test_thePayeeIsLookedAtFirst() public {
        Authorization memory one = authorization(alice, bob, 300);
        one.validBefore = 0;
        stranger = relay;
        refuses(CallerNotPayee.selector, relay, bob);
        bring(one, new bytes(65));
    }
}

contract ReceiveByBytesTest is ReceiveSuite {
    function bring(Authorization memory one, bytes memory signature) internal override {
        by(stranger == address(0) ? one.to : stranger)
            .receiveWithAuthorization(
                one.from, one.to, one.value, one.validAfter, one.validBefore, one.nonce, signature
            );
    }
}

contract ReceiveByPartsTest is ReceiveSuite {
    function bring(Authorization memory one, bytes memory signature) internal override {
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        by(stranger == address(0) ? one.to : stranger)
            .receiveWithAuthorization(
                one.from, one.to, one.value, one.validAfter, one.validBefore, one.nonce, v, r, s
            );
    }
}
