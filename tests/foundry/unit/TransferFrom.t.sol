// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {World} from "./World.sol";

/// transferFrom: the allowance, the spender's own freeze, and the rules of every payment.
contract TransferFromTest is World {
    function setUp() public override {
        super.setUp();
        by(alice).approve(carol, 700);
    }

    function test_movesMoneyAndSaysSo() public {
        tells();
        emit IERC20.Transfer(alice, bob, 300);
        so("answers true", by(carol).transferFrom(alice, bob, 300));
        stands(alice, 3_700, 300, 1, false);
        stands(bob, 1_300, 0, 1, false);
        stands(carol, 0, 0, 0, false);
        same("allowance", token.allowance(alice, carol), 400);
    }

    function test_countsDownInSilence() public {
        vm.recordLogs();
        by(carol).transferFrom(alice, bob, 300);
        same("events", vm.getRecordedLogs().length, 1);
    }

    function test_exactlyAtTheAllowance() public {
        refuses(ERC20InsufficientAllowance.selector, carol, 700, 701);
        by(carol).transferFrom(alice, bob, 701);
        by(carol).transferFrom(alice, bob, 700);
        same("allowance", token.allowance(alice, carol), 0);
        refuses(ERC20InsufficientAllowance.selector, carol, 0, 1);
        by(carol).transferFrom(alice, bob, 1);
    }

    function test_anAllowanceIsForOnePairInOneDirection() public {
        refuses(ERC20InsufficientAllowance.selector, dave, 0, 1);
        by(dave).transferFrom(alice, bob, 1);
        refuses(ERC20InsufficientAllowance.selector, alice, 0, 1);
        by(alice).transferFrom(carol, bob, 1);
        refuses(ERC20InsufficientAllowance.selector, carol, 0, 1);
        by(carol).transferFrom(bob, alice, 1);
    }

    function test_notEvenTheOwnerWithoutAnAllowance() public {
        refuses(ERC20InsufficientAllowance.selector, alice, 0, 1);
        by(alice).transferFrom(alice, bob, 1);
    }

    function test_anAllowanceWithoutEndIsNotCountedDown() public {
        by(alice).approve(carol, ANY);
        by(carol).transferFrom(alice, bob, 300);
        same("allowance", token.allowance(alice, carol), ANY);
        holds(bob, 1_300);
        refuses(ERC20InsufficientBalance.selector, alice, 3_700, 3_701);
        by(carol).transferFrom(alice, bob, 3_701);
    }

    function test_oneLessThanWithoutEndIsCountedDown() public {
        by(alice).approve(carol, ANY - 1);
        by(carol).transferFrom(alice, bob, 300);
        same("allowance", token.allowance(alice, carol), ANY - 301);
    }

    function test_nobodyHasAHiddenAllowance() public {
        address permit2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
        same("Permit2", token.allowance(alice, permit2), 0);
        refuses(ERC20InsufficientAllowance.selector, permit2, 0, 1);
        by(permit2).transferFrom(alice, bob, 1);
        refuses(ERC20InsufficientAllowance.selector, address(teller), 0, 1);
        by(address(teller)).transferFrom(alice, bob, 1);
    }

    function test_aRefusedPaymentLeavesTheAllowance() public {
        by(vip).transfer(bob, 4_000);
        refuses(BalanceLimitExceeded.selector, bob, 5_001, 5_000);
        by(carol).transferFrom(alice, bob, 1);
        same("allowance", token.allowance(alice, carol), 700);
    }

    // ------------------------------------------------------------------ freeze and pause

    function test_aFrozenSpender() public {
        by(compliance).freeze(carol);
        refuses(FrozenAccount.selector, carol);
        by(carol).transferFrom(alice, bob, 1);
        same("allowance", token.allowance(alice, carol), 700);
        by(compliance).unfreeze(carol);
        by(carol).transferFrom(alice, bob, 1);
        holds(bob, 1_001);
    }

    function test_aFrozenSpenderWithoutEnd() public {
        by(alice).approve(carol, ANY);
        by(compliance).freeze(carol);
        refuses(FrozenAccount.selector, carol);
        by(carol).transferFrom(alice, bob, 0);
    }

    function test_aFrozenOwner() public {
        by(compliance).freeze(alice);
        refuses(FrozenAccount.selector, alice);
        by(carol).transferFrom(alice, bob, 1);
    }

    function test_aFrozenPayee() public {
        by(compliance).freeze(bob);
        refuses(FrozenAccount.selector, bob);
        by(carol).transferFrom(alice, bob, 1);
    }

    function test_paused() public {
        by(guardian).pause();
        refuses(TokenPaused.selector);
        by(carol).transferFrom(alice, bob, 1);
    }

    // ------------------------------------------------------------------ the rules of every payment

    function test_theOwnersLimitsCount() public {
        by(alice).approve(vip, ANY);
        refuses(PaymentLimitExceeded.selector, alice, 1_001, 1_000);
        by(vip).transferFrom(alice, bob, 1_001);
        by(vip).transferFrom(alice, vip, 1_000);
        by(vip).transferFrom(alice, vip, 1_000);
        refuses(DailyLimitExceeded.selector, alice, 2_501, 2_500);
        by(vip).transferFrom(alice, vip, 501);
        isSpent(alice, 2_000);
        isSpent(vip, 0);
    }

    function test_nobodyOnEitherEnd() public {
        refuses(ERC20InvalidReceiver.selector, address(0));
        by(carol).transferFrom(alice, address(0), 1);
        refuses(ERC20InvalidReceiver.selector, address(token));
        by(carol).transferFrom(alice, address(token), 1);
        refuses(ERC20InvalidSender.selector, address(0));
        by(carol).transferFrom(address(0), bob, 0);
    }

    function test_theAllowanceIsLookedAtFirst() public {
        by(compliance).freeze(carol);
        by(guardian).pause();
        refuses(ERC20InsufficientAllowance.selector, carol, 700, 701);
        by(carol).transferFrom(alice, bob, 701);
        refuses(FrozenAccount.selector, carol);
        by(carol).transferFrom(alice, bob, 700);
    }
}
