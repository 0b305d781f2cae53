// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {RedeemOrder} from "../../../contracts/interfaces/IDepositToken.sol";
import {Authorization} from "../Signing.sol";
import {Answering, Endless, Wallet} from "./Signers.sol";
import {World} from "./World.sol";

/// Accounts that are contracts sign too (ERC-1271), at every function that takes a signature; none
/// can do harm by its answer.
contract ContractSignersTest is World {
    bytes private constant LONG = "a signature that only this contract understands, of any length";
    bytes32 private constant YES = bytes32(bytes4(0x1626ba7e));
    uint256 private constant SIGNER_GAS = 500_000;

    /// Alice's account becomes a contract that takes `signature` for `structHash` and nothing else.
    function becomesWallet(bytes32 structHash, bytes memory signature, uint256 thinks) private {
        Wallet wallet = new Wallet(digestOf(domain(), structHash), signature, thinks);
        vm.etch(alice, address(wallet).code);
    }

    function becomesAnswering(bytes memory answer, bool reverts) private {
        Answering answering = new Answering(answer, reverts);
        vm.etch(alice, address(answering).code);
        for (uint256 i = 0; i <= (answer.length + 31) / 32; ++i) {
            bytes32 slot = i == 0 ? bytes32(0) : bytes32(uint256(keccak256(abi.encode(0))) + i - 1);
            vm.store(alice, slot, vm.load(address(answering), slot));
        }
    }

    function pay(bytes memory signature) private {
        by(relay).transferWithAuthorization(alice, bob, 300, START - 1, START + 1, NONCE, signature);
    }

    function payHash() private view returns (bytes32) {
        return hashTransfer(authorization(alice, bob, 300));
    }

    // ------------------------------------------------------------------ every entry point, bytes

    function test_aPayment() public {
        becomesWallet(payHash(), LONG, 0);
        refuses(InvalidSignature.selector, alice);
        pay("another");
        refuses(InvalidSignature.selector, alice);
        pay("");
        pay(LONG);
        stands(alice, 3_700, 300, 1, false);
        holds(bob, 1_300);
    }

    function test_aPaymentThatIsFetched() public {
        becomesWallet(hashReceive(authorization(alice, bob, 300)), LONG, 0);
        by(bob).receiveWithAuthorization(alice, bob, 300, START - 1, START + 1, NONCE, LONG);
        holds(bob, 1_300);
    }

    function test_aCancellation() public {
        becomesWallet(hashCancel(alice, NONCE), LONG, 0);
        by(relay).cancelAuthorization(alice, NONCE, LONG);
        so("closed", token.authorizationState(alice, NONCE));
    }

    function test_aPermit() public {
        becomesWallet(hashPermit(alice, carol, 700, 0, START), LONG, 0);
        by(relay).permit(alice, carol, 700, START, LONG);
        same("allowance", token.allowance(alice, carol), 700);
    }

    function test_aRedemption() public {
        RedeemOrder memory one = order(alice, 300, 0);
        becomesWallet(hashOrder(one), LONG, 0);
        by(relay).redeem(one, LONG);
        holds(alice, 3_700);
    }

    function test_aRedemptionsCancellation() public {
        becomesWallet(hashCancelRedeem(alice, NONCE), LONG, 0);
        by(relay).cancelRedeemOrder(alice, NONCE, LONG);
        (uint8 state,) = token.getRedemption(alice, NONCE);
        same("canceled", state, 2);
    }

    // ------------------------------------------------------------------ every entry point, (v, r, s)

    bytes32 private constant R = keccak256("r");
    bytes32 private constant S = keccak256("s");
    bytes private constant PARTS = abi.encodePacked(R, S, uint8(200));

    function test_aPaymentByParts() public {
        becomesWallet(payHash(), PARTS, 0);
        by(relay).transferWithAuthorization(alice, bob, 300, START - 1, START + 1, NONCE, 200, R, S);
        holds(bob, 1_300);
    }

    function test_aPaymentThatIsFetchedByParts() public {
        becomesWallet(hashReceive(authorization(alice, bob, 300)), PARTS, 0);
        by(bob).receiveWithAuthorization(alice, bob, 300, START - 1, START + 1, NONCE, 200, R, S);
        holds(bob, 1_300);
    }

    function test_aCancellationByParts() public {
        becomesWallet(hashCancel(alice, NONCE), PARTS, 0);
        by(relay).cancelAuthorization(alice, NONCE, 200, R, S);
        so("closed", token.authorizationState(alice, NONCE));
    }

    function test_aPermitByParts() public {
        becomesWallet(hashPermit(alice, carol, 700, 0, START), PARTS, 0);
        by(relay).permit(alice, carol, 700, START, 200, R, S);
        same("allowance", token.allowance(alice, carol), 700);
    }

    /// 65 bytes that are no signature of the account's own key.
    function test_65Bytes() public {
        becomesWallet(payHash(), PARTS, 0);
        pay(PARTS);
        holds(bob, 1_300);
    }

    // ------------------------------------------------------------------ the account's own key

    /// As after EIP-7702: whatever the code says, the account's ordinary signature stays good.
    function test_anOwnKeyIsGoodUnderAnyCode() public {
        bytes memory signature = signed(ALICE, payHash());
        becomesAnswering("", true);
        pay(signature);
        holds(bob, 1_300);
    }

    function test_anOwnKeyIsGoodUnderAnyCodeByParts() public {
        (uint8 v, bytes32 r, bytes32 s) = split(signed(ALICE, payHash()));
        vm.etch(alice, address(new Endless()).code);
        by(relay).transferWithAuthorization(alice, bob, 300, START - 1, START + 1, NONCE, v, r, s);
        holds(bob, 1_300);
    }

    // ------------------------------------------------------------------ lengths of ordinary ones

    function test_neitherShorterNorLonger() public {
        bytes memory signature = signed(ALICE, payHash());
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        isRefused(abi.encodePacked(r, s));
        isRefused(abi.encodePacked(signature, uint8(0)));
        isRefused(abi.encodePacked(r, s, uint256(v)));
        isRefused("");
        isRefused(abi.encodePacked(r, s, v - 27));
        isRefused(abi.encodePacked(r, s, v + 2));
        isRefused(abi.encodePacked(bytes32(0), s, v));
        isRefused(abi.encodePacked(r, bytes32(0), v));
        isRefused(abi.encodePacked(r, s, v == 27 ? 28 : 27));
        pay(signature);
    }

    function isRefused(bytes memory signature) private {
        refuses(InvalidSignature.selector, alice);
        pay(signature);
    }

    // ------------------------------------------------------------------ answers

    function isNoYes(bytes memory answer, bool reverts) private {
        becomesAnswering(answer, reverts);
        isRefused(LONG);
        isRefused(PARTS);
        refuses(InvalidSignature.selector, alice);
        by(relay).transferWithAuthorization(alice, bob, 300, START - 1, START + 1, NONCE, 200, R, S);
    }

    function test_onlyTheMagicWordIsAYes() public {
        isNoYes("", false);
        isNoYes(hex"1626ba7e", false);
        isNoYes(hex"1626ba7e000000000000000000000000000000000000000000000000000000", false); // 31
        isNoYes(abi.encode(true), false);
        isNoYes(abi.encode(uint256(YES) | 1), false);
        isNoYes(abi.encode(uint256(YES) ^ 1 << 224), false);
        isNoYes(abi.encode(0xffffffff), false);
        isNoYes(abi.encode(uint256(0x1626ba7e)), false);
        isNoYes("", true);
        isNoYes(abi.encode(YES), true); // a revert that looks like a yes
        becomesAnswering(abi.encode(YES), false);
        pay(LONG);
        holds(bob, 1_300);
    }

    function test_aLongAnswerThatStartsWithAYes() public {
        becomesAnswering(abi.encode(YES, YES, 1), false);
        pay(LONG);
        holds(bob, 1_300);
    }

    /// 300,000 bytes: to copy them would cost 200,000 gas more.
    function test_aHugeAnswerIsNotCopied() public {
        vm.etch(alice, hex"631626ba7e60e01b600052620493e06000f3");
        uint256 before = gasleft();
        pay(LONG);
        so("bounded", before - gasleft() < 350_000);
        holds(bob, 1_300);
    }

    // ------------------------------------------------------------------ gas

    /// Code that says yes if and only if it starts with exactly this much gas.
    function yesWith(uint256 left) private pure returns (bytes memory) {
        // GAS PUSH4 left EQ PUSH4 magic MUL PUSH1 224 SHL PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
        return abi.encodePacked(hex"5a63", uint32(left), hex"14631626ba7e0260e01b5f5260205ff3");
    }

    function test_aSignerIsGivenExactlyItsShare() public {
        vm.etch(alice, yesWith(SIGNER_GAS - 1));
        isRefused(LONG);
        vm.etch(alice, yesWith(SIGNER_GAS - 3));
        isRefused(LONG);
        vm.etch(alice, yesWith(SIGNER_GAS - 2)); // GAS itself costs 2
        pay(LONG);
        holds(bob, 1_300);
    }

    function test_endlessThinkingIsARefusal() public {
        vm.etch(alice, address(new Endless()).code);
        uint256 before = gasleft();
        isRefused(LONG);
        so("bounded", before - gasleft() < 600_000);
    }

    /// Whoever brings a good signature with too little gas cannot use it up or make it void.
    function test_tooLittleGasUsesNothingUp() public {
        becomesWallet(payHash(), LONG, 400_000);
        uint256 refused = 0;
        for (uint256 given = 20_000; given < 500_000; given += 7_000) {
            vm.prank(relay);
            try token.transferWithAuthorization{gas: given}(
                alice, bob, 300, START - 1, START + 1, NONCE, LONG
            ) {
                break;
            } catch {
                ++refused;
            }
            so("still open", !token.authorizationState(alice, NONCE));
            stands(alice, 4_000, 0, 1, false);
            holds(bob, 1_000);
        }
        so("many tries were refused", refused > 55);
        if (!token.authorizationState(alice, NONCE)) pay(LONG);
        stands(alice, 3_700, 300, 1, false);
        holds(bob, 1_300);
    }

    function test_tooLittleGasBurnsNothing() public {
        RedeemOrder memory one = order(alice, 300, 0);
        becomesWallet(hashOrder(one), LONG, 400_000);
        uint256 refused = 0;
        for (uint256 given = 20_000; given < 500_000; given += 7_000) {
            vm.prank(relay);
            try token.redeem{gas: given}(one, LONG) {
                break;
            } catch {
                ++refused;
            }
            (uint8 state,) = token.getRedemption(alice, NONCE);
            same("still open", state, 0);
            stands(alice, 4_000, 0, 1, false);
            supplyIs(SUPPLY, SUPPLY);
        }
        so("many tries were refused", refused > 55);
        (uint8 after_,) = token.getRedemption(alice, NONCE);
        if (after_ == 0) by(relay).redeem(one, LONG);
        stands(alice, 3_700, 300, 1, false);
    }

    /// A signer that thinks for nearly all of its share still pays in the same call.
    function test_aSlowSignerIsHeardOut() public {
        becomesWallet(payHash(), LONG, 490_000);
        pay(LONG);
        holds(bob, 1_300);
    }
}
