// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {World} from "./World.sol";

/// transferCheck and canTransfer: exactly what a transfer would do, and why.
contract TransferCheckTest is World {
    function answers(
        address from,
        address to,
        uint256 amount,
        bytes4 reason,
        uint256 value,
        uint256 limit
    ) private view {
        (bytes4 reason_, uint256 value_, uint256 limit_) = token.transferCheck(from, to, amount);
        same("reason", uint32(reason_), uint32(reason));
        same("value", value_, value);
        same("limit", limit_, limit);
        so("canTransfer", token.canTransfer(from, to, amount) == (reason == 0));
    }

    function passes(address from, address to, uint256 amount) private view {
        answers(from, to, amount, 0, 0, 0);
    }

    function isFrozen(address from, address to, address frozen) private view {
        answers(from, to, 1, FrozenAccount.selector, uint160(frozen), 0);
    }

    function test_passes() public view {
        passes(alice, bob, 300);
        passes(alice, bob, 0);
        passes(carol, carol, 0);
        passes(vip, vip, 1_000_000);
    }

    function test_theBalance() public view {
        passes(bob, vip, 1_000);
        answers(bob, vip, 1_001, ERC20InsufficientBalance.selector, 1_000, 1_001);
        answers(bob, vip, ANY, ERC20InsufficientBalance.selector, 1_000, ANY);
        answers(carol, vip, 1, ERC20InsufficientBalance.selector, 0, 1);
    }

    function test_onePayment() public view {
        passes(alice, vip, 1_000);
        answers(alice, vip, 1_001, PaymentLimitExceeded.selector, 1_001, 1_000);
    }

    function test_theDay() public {
        by(alice).transfer(vip, 1_000);
        by(alice).transfer(vip, 600);
        passes(alice, vip, 900);
        answers(alice, vip, 901, DailyLimitExceeded.selector, 2_501, 2_500);
        vm.warp(MIDNIGHT - 1);
        answers(alice, vip, 901, DailyLimitExceeded.selector, 2_501, 2_500);
        vm.warp(MIDNIGHT);
        passes(alice, vip, 901);
    }

    function test_theBalanceOfThePayee() public view {
        passes(vip, bob, 4_000);
        answers(vip, bob, 4_001, BalanceLimitExceeded.selector, 5_001, 5_000);
        answers(vip, dave, 49_501, BalanceLimitExceeded.selector, 50_001, 50_000);
        answers(alice, carol, 1, BalanceLimitExceeded.selector, 1, 0);
    }

    function test_toOneself() public {
        by(governor).setLimits(1, 1_000, 2_500, 3_999);
        answers(alice, alice, 1, BalanceLimitExceeded.selector, 4_000, 3_999);
        by(governor).setLimits(1, 1_000, 2_500, 4_000);
        passes(alice, alice, 1_000);
    }

    function test_freezes() public {
        by(compliance).freeze(alice);
        isFrozen(alice, bob, alice);
        isFrozen(bob, alice, alice);
        by(compliance).freeze(bob);
        isFrozen(alice, bob, alice);
        isFrozen(bob, alice, bob);
        isFrozen(vip, bob, bob);
    }

    function test_thePause() public {
        by(compliance).freeze(alice);
        by(guardian).pause();
        answers(alice, bob, 1, TokenPaused.selector, 0, 0);
        answers(address(0), address(0), ANY, TokenPaused.selector, 0, 0);
    }

    function test_nobody() public {
        by(compliance).freeze(alice);
        answers(alice, address(0), 1, ERC20InvalidReceiver.selector, 0, 0);
        answers(alice, address(token), 1, ERC20InvalidReceiver.selector, uint160(address(token)), 0);
        answers(address(0), bob, 0, ERC20InvalidSender.selector, 0, 0);
        answers(address(0), address(0), 0, ERC20InvalidReceiver.selector, 0, 0);
    }

    function test_theSameOrderOfReasonsAsATransfer() public {
        by(compliance).setTier(alice, 0);
        answers(alice, carol, 4_001, ERC20InsufficientBalance.selector, 4_000, 4_001);
        answers(alice, carol, 4_000, PaymentLimitExceeded.selector, 4_000, 0);
        by(governor).setLimits(0, 4_000, 0, 0);
        answers(alice, carol, 4_000, DailyLimitExceeded.selector, 4_000, 0);
        by(governor).setLimits(0, 4_000, 4_000, 0);
        answers(alice, carol, 4_000, BalanceLimitExceeded.selector, 4_000, 0);
        by(governor).setLimits(0, 4_000, 4_000, 4_000);
        passes(alice, carol, 4_000);
    }
}
