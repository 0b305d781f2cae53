// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {RedeemOrder} from "../../../../contracts/interfaces/IDepositToken.sol";
import {
    ITeller,
    SignedRedeemOrder,
    SignedTransfer
} from "../../../../contracts/interfaces/ITeller.sol";
import {Authorization} from "../../Signing.sol";
import {Answering, Endless, Wallet} from "../Signers.sol";
import {World} from "../World.sol";

/// relayTransfers and relayRedeemOrders: each entry stands for itself, with its full gas or not at all.
contract RelayTest is World {
    bytes4 private constant NO_REASON = 0xffffffff;
    uint256 private constant ENTRY_GAS = 700_000;
    uint256 private constant FLOOR = ENTRY_GAS + ENTRY_GAS / 63 + 20_000;

    function payment(uint256 key, address to, uint256 value, bytes32 nonce)
        private
        view
        returns (SignedTransfer memory)
    {
        Authorization memory one =
            Authorization(vm.addr(key), to, value, START - 1, START + 1, nonce);
        return SignedTransfer(
            one.from, to, value, START - 1, START + 1, nonce, signed(key, hashTransfer(one))
        );
    }

    function redemption(uint256 key, uint256 amount, bytes32 nonce)
        private
        view
        returns (SignedRedeemOrder memory)
    {
        RedeemOrder memory one = order(vm.addr(key), amount, 0);
        one.nonce = nonce;
        return SignedRedeemOrder(one, signed(key, hashOrder(one)));
    }

    function alone(SignedTransfer memory entry_)
        private
        pure
        returns (SignedTransfer[] memory list)
    {
        list = new SignedTransfer[](1);
        list[0] = entry_;
    }

    function two(SignedTransfer memory a, SignedTransfer memory b)
        private
        pure
        returns (SignedTransfer[] memory list)
    {
        list = new SignedTransfer[](2);
        (list[0], list[1]) = (a, b);
    }

    function fails(uint256 index, address signer, bytes32 nonce, bytes4 reason) private {
        tellerTells();
        emit ITeller.RelayFailed(index, signer, nonce, reason);
    }

    // ------------------------------------------------------------------ transfers

    function test_bringsTransfers() public {
        SignedTransfer[] memory list =
            two(payment(ALICE, bob, 300, "a"), payment(VIP, alice, 70, "b"));
        tells();
        emit IERC3009.AuthorizationUsed(alice, "a");
        tells();
        emit IERC20.Transfer(alice, bob, 300);
        tells();
        emit IERC3009.AuthorizationUsed(vip, "b");
        tells();
        emit IERC20.Transfer(vip, alice, 70);
        same("done", tellerBy(relay).relayTransfers(list), 2);
        stands(alice, 3_770, 300, 1, false);
        holds(bob, 1_300);
    }

    function test_successIsSilent() public {
        SignedTransfer[] memory list = alone(payment(ALICE, bob, 300, "a"));
        vm.recordLogs();
        tellerBy(relay).relayTransfers(list);
        same("the token's two events", vm.getRecordedLogs().length, 2);
    }

    function test_none() public {
        same("done", tellerBy(relay).relayTransfers(new SignedTransfer[](0)), 0);
        same("done", tellerBy(relay).relayRedeemOrders(new SignedRedeemOrder[](0)), 0);
    }

    function test_aTransferThatFailsStopsNoOther() public {
        SignedTransfer[] memory list = new SignedTransfer[](5);
        list[0] = payment(ALICE, bob, 1_001, "a");
        list[1] = payment(ALICE, bob, 300, "b");
        list[2] = list[1];
        list[3] = payment(BOB, alice, 5, "c");
        list[3].value = 6;
        list[4] = payment(BOB, alice, 7, "d");
        fails(0, alice, "a", PaymentLimitExceeded.selector);
        fails(2, alice, "b", AuthorizationUsedOrCanceled.selector);
        fails(3, bob, "c", InvalidSignature.selector);
        same("done", tellerBy(relay).relayTransfers(list), 2);
        holds(alice, 3_707);
        holds(bob, 1_293);
        so("a is open", !token.authorizationState(alice, "a"));
        so("c is open", !token.authorizationState(bob, "c"));
    }

    function test_aFailedTransferCanBeBroughtAgain() public {
        SignedTransfer[] memory list = alone(payment(ALICE, bob, 300, "a"));
        by(guardian).pause();
        fails(0, alice, "a", TokenPaused.selector);
        same("done", tellerBy(relay).relayTransfers(list), 0);
        by(governor).unpause();
        same("done", tellerBy(relay).relayTransfers(list), 1);
    }

    function test_eachFieldIsHandedOn() public {
        SignedTransfer memory entry_ = payment(ALICE, bob, 300, "a");
        entry_.validAfter = START;
        fails(0, alice, "a", AuthorizationNotYetValid.selector);
        tellerBy(relay).relayTransfers(alone(entry_));
        entry_.validAfter = START - 1;
        entry_.validBefore = START;
        fails(0, alice, "a", AuthorizationExpired.selector);
        tellerBy(relay).relayTransfers(alone(entry_));
    }

    function test_theRelaysOwnStateDoesNotMatter() public {
        by(compliance).freeze(relay);
        by(compliance).freeze(address(teller));
        SignedTransfer[] memory list = alone(payment(ALICE, bob, 300, "a"));
        same("done", tellerBy(relay).relayTransfers(list), 1);
    }

    // ------------------------------------------------------------------ orders

    function test_bringsOrders() public {
        SignedRedeemOrder[] memory list = new SignedRedeemOrder[](2);
        list[0] = redemption(ALICE, 300, "a");
        list[1] = redemption(BOB, 20, "b");
        tells();
        emit Redeemed(alice, "a", 300, 0, keccak256("payout"));
        tells();
        emit Redeemed(bob, "b", 20, 0, keccak256("payout"));
        same("done", tellerBy(relay).relayRedeemOrders(list), 2);
        holds(alice, 3_700);
        holds(bob, 980);
        supplyIs(SUPPLY - 320, SUPPLY);
    }

    function test_anOrderThatFailsStopsNoOther() public {
        SignedRedeemOrder[] memory list = new SignedRedeemOrder[](4);
        list[0] = redemption(BOB, 1_001, "a");
        list[1] = redemption(ALICE, 300, "b");
        list[2] = redemption(ALICE, 301, "b");
        list[3] = redemption(BOB, 5, "c");
        list[3].order.fee = 1;
        fails(0, bob, "a", ERC20InsufficientBalance.selector);
        fails(2, alice, "b", OrderUsed.selector);
        fails(3, bob, "c", InvalidSignature.selector);
        same("done", tellerBy(relay).relayRedeemOrders(list), 1);
        holds(alice, 3_700);
        holds(bob, 1_000);
    }

    // ------------------------------------------------------------------ hostile signers

    /// A contract that burns all its gas and one whose answer is a megabyte, between two good entries.
    function test_hostileSignersSinkNoBatch() public {
        SignedTransfer[] memory list = new SignedTransfer[](4);
        list[0] = payment(ALICE, vip, 1, "a");
        list[1] = payment(BOB, vip, 2, "b");
        list[2] = payment(DAVE, vip, 3, "c");
        list[3] = payment(ALICE, vip, 4, "d");
        (list[1].signature, list[2].signature) = (bytes("x"), bytes("x"));
        vm.etch(bob, address(new Endless()).code);
        vm.etch(dave, hex"621000005ffd"); // PUSH3 2^20 PUSH0 REVERT
        fails(1, bob, "b", InvalidSignature.selector);
        fails(2, dave, "c", InvalidSignature.selector);
        same("done", tellerBy(relay).relayTransfers(list), 2);
        holds(alice, 3_995);
    }

    function test_outOfGasIsAFailureWithoutAReason() public {
        SignedTransfer[] memory list = alone(payment(ALICE, vip, 1, "a"));
        bytes memory arguments = abi.encode(address(manager), address(new Endless()));
        teller = ITeller(vm.deployCode("Teller.sol:Teller", arguments));
        fails(0, alice, "a", NO_REASON);
        same("done", tellerBy(relay).relayTransfers(list), 0);
    }

    /// Whatever the token's own place answers: it is read as a failure, and never as success.
    function test_shortAnswersAreFailuresWithoutAReason() public {
        bytes[5] memory answers = [bytes(""), hex"00", hex"112233", hex"11223344", hex"1122334455"];
        bytes4[5] memory reasons =
            [NO_REASON, NO_REASON, NO_REASON, bytes4(0x11223344), bytes4(0x11223344)];
        SignedTransfer[] memory list = alone(payment(ALICE, vip, 1, "a"));
        for (uint256 i = 0; i < 5; ++i) {
            Answering answering = new Answering(answers[i], true);
            bytes memory arguments = abi.encode(address(manager), address(answering));
            teller = ITeller(vm.deployCode("Teller.sol:Teller", arguments));
            fails(0, alice, "a", reasons[i]);
            same("done", tellerBy(relay).relayTransfers(list), 0);
        }
    }

    // ------------------------------------------------------------------ gas

    /// Code that succeeds if and only if it starts with exactly this much gas.
    function tokenThatWants(uint256 left) private {
        // GAS PUSH4 left EQ PUSH1 13 JUMPI PUSH0 PUSH0 REVERT JUMPDEST STOP
        bytes memory code = abi.encodePacked(hex"5a63", uint32(left), hex"14600d575f5ffd5b00");
        address place = address(0x7070);
        vm.etch(place, code);
        bytes memory arguments = abi.encode(address(manager), place);
        teller = ITeller(vm.deployCode("Teller.sol:Teller", arguments));
    }

    function test_anEntryIsGivenExactlyItsShare() public {
        SignedTransfer[] memory list = alone(payment(ALICE, vip, 1, "a"));
        SignedRedeemOrder[] memory orders = new SignedRedeemOrder[](1);
        orders[0] = redemption(ALICE, 300, "a");
        tokenThatWants(ENTRY_GAS - 2); // GAS itself costs 2
        same("done", tellerBy(relay).relayTransfers(list), 1);
        same("done", tellerBy(relay).relayRedeemOrders(orders), 1);
        tokenThatWants(ENTRY_GAS - 3);
        same("done", tellerBy(relay).relayTransfers(list), 0);
        tokenThatWants(ENTRY_GAS - 1);
        same("done", tellerBy(relay).relayTransfers(list), 0);
    }

    /// Whatever gas the relay gives: a good entry goes through, or the whole call is undone. It is
    /// never reported as failed.
    function test_tooLittleGasUndoesTheCall() public {
        bytes memory signature = "any length";
        Authorization memory permission = Authorization(alice, bob, 300, START - 1, START + 1, "a");
        bytes32 digest = digestOf(domain(), hashTransfer(permission));
        vm.etch(alice, address(new Wallet(digest, signature, 480_000)).code);
        SignedTransfer[] memory list = alone(payment(ALICE, bob, 300, "a"));
        list[0].signature = signature;
        uint256 undone = 0;
        for (uint256 given = 600_000; given < 800_000; given += 1_777) {
            vm.recordLogs();
            vm.prank(relay);
            try teller.relayTransfers{gas: given}(list) returns (uint256 done) {
                same("done", done, 1);
                same("no failure", vm.getRecordedLogs().length, 2);
                break;
            } catch (bytes memory reason) {
                if (reason.length > 0) {
                    so("its reason", bytes4(reason) == ITeller.RelayOutOfGas.selector);
                    (uint256 index, uint256 left) = _values(reason);
                    same("index", index, 0);
                    so("below the floor", left < FLOOR);
                }
                ++undone;
            }
            so("open", !token.authorizationState(alice, "a"));
        }
        so("tried with too little", undone > 50);
        stands(alice, 3_700, 300, 1, false);
    }

    /// With more and more gas: first the first entry has too little, then the second, then neither.
    function test_theEntryThatHasTooLittleIsNamed() public {
        SignedTransfer[] memory list =
            two(payment(ALICE, bob, 300, "a"), payment(ALICE, bob, 5, "b"));
        uint256[2] memory named;
        for (uint256 given = FLOOR;; given += 5_000) {
            vm.prank(relay);
            try teller.relayTransfers{gas: given}(list) returns (uint256 done) {
                same("done", done, 2);
                break;
            } catch (bytes memory reason) {
                ++named[_index(reason)];
            }
            so("undone", !token.authorizationState(alice, "a"));
        }
        so("both were named", named[0] > 0 && named[1] > 0);
    }

    function test_ordersHaveTheSameFloor() public {
        SignedRedeemOrder[] memory list = new SignedRedeemOrder[](2);
        list[0] = redemption(ALICE, 300, "a");
        list[1] = redemption(ALICE, 5, "b");
        uint256[2] memory named;
        for (uint256 given = FLOOR;; given += 5_000) {
            vm.prank(relay);
            try teller.relayRedeemOrders{gas: given}(list) returns (uint256 done) {
                same("done", done, 2);
                break;
            } catch (bytes memory reason) {
                ++named[_index(reason)];
            }
            holds(alice, 4_000);
        }
        so("both were named", named[0] > 0 && named[1] > 0);
    }

    /// The floor to the unit: the most gas with which the call is still undone.
    function test_theFloorExactly() public {
        SignedTransfer[] memory list = alone(payment(ALICE, bob, 300, "a"));
        list[0].validBefore = 0; // does nothing, however often it is brought
        (uint256 low, uint256 high) = (FLOOR - 1, FLOOR + 100_000);
        uint256 left;
        while (low + 1 < high) {
            uint256 given = (low + high) / 2;
            try teller.relayTransfers{gas: given}(list) {
                high = given;
            } catch (bytes memory reason) {
                low = given;
                (, left) = _values(reason);
            }
        }
        so("one below the floor, but for what saying so costs", left < FLOOR && left > FLOOR - 300);
    }

    /// The floor itself: a call that is undone had less of it left, and not much less.
    function _index(bytes memory reason) private pure returns (uint256 index) {
        so("its reason", bytes4(reason) == ITeller.RelayOutOfGas.selector);
        uint256 left;
        (index, left) = _values(reason);
        so("below the floor", left < FLOOR && left > FLOOR - 100_000);
    }

    /// The two values behind an error's selector.
    function _values(bytes memory reason) private pure returns (uint256 first, uint256 second) {
        assembly ("memory-safe") {
            first := mload(add(reason, 36))
            second := mload(add(reason, 68))
        }
    }
}
