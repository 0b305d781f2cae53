// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {World} from "./World.sol";

/// transfer: what moves, and each rule exactly at its limit and one unit past it.
contract TransferTest is World {
    function test_movesMoneyAndSaysSo() public {
        tells();
        emit IERC20.Transfer(alice, bob, 300);
        so("answers true", by(alice).transfer(bob, 300));
        stands(alice, 3_700, 300, 1, false);
        stands(bob, 1_300, 0, 1, false);
        supplyIs(SUPPLY, SUPPLY);
    }

    function test_whatWasReceivedCanBeSpent() public {
        by(alice).transfer(bob, 1_000);
        by(bob).transfer(vip, 1_000);
        by(bob).transfer(vip, 1_000);
        stands(bob, 0, 2_000, 1, false);
        holds(vip, 1_002_000);
    }

    // ------------------------------------------------------------------ the payer

    function test_exactlyAtThePaymentLimit() public {
        refuses(PaymentLimitExceeded.selector, alice, 1_001, 1_000);
        by(alice).transfer(vip, 1_001);
        by(alice).transfer(vip, 1_000);
        stands(alice, 3_000, 1_000, 1, false);
    }

    function test_exactlyAtTheDailyLimit() public {
        by(alice).transfer(vip, 1_000);
        by(alice).transfer(vip, 1_000);
        refuses(DailyLimitExceeded.selector, alice, 2_501, 2_500);
        by(alice).transfer(vip, 501);
        by(alice).transfer(vip, 500);
        refuses(DailyLimitExceeded.selector, alice, 2_501, 2_500);
        by(alice).transfer(vip, 1);
        stands(alice, 1_500, 2_500, 1, false);
    }

    function test_exactlyAllThereIs() public {
        refuses(ERC20InsufficientBalance.selector, bob, 1_000, 1_001);
        by(bob).transfer(vip, 1_001);
        by(bob).transfer(vip, 1_000);
        stands(bob, 0, 1_000, 1, false);
        refuses(ERC20InsufficientBalance.selector, bob, 0, 1);
        by(bob).transfer(vip, 1);
    }

    function test_anAmountThatNoBalanceReaches() public {
        refuses(ERC20InsufficientBalance.selector, alice, 4_000, ANY);
        by(alice).transfer(bob, ANY);
        refuses(ERC20InsufficientBalance.selector, vip, 1_000_000, MOST + 1);
        by(vip).transfer(bob, MOST + 1);
    }

    function test_whoeverIsNotRegisteredCannotPay() public {
        by(compliance).setTier(alice, 0);
        refuses(PaymentLimitExceeded.selector, alice, 1, 0);
        by(alice).transfer(vip, 1);
        by(alice).transfer(vip, 0);
    }

    function test_aClosedDayStopsWhatThePaymentLimitLets() public {
        by(governor).setLimits(1, 1_000, 0, 5_000);
        refuses(DailyLimitExceeded.selector, alice, 1, 0);
        by(alice).transfer(vip, 1);
    }

    function test_eachTierHasItsOwnLimits() public {
        by(vip).transfer(dave, 40_000);
        refuses(PaymentLimitExceeded.selector, dave, 10_001, 10_000);
        by(dave).transfer(vip, 10_001);
        by(dave).transfer(vip, 10_000);
        by(dave).transfer(vip, 10_000);
        refuses(DailyLimitExceeded.selector, dave, 20_001, 20_000);
        by(dave).transfer(vip, 1);
        stands(dave, 20_500, 20_000, 2, false);
    }

    function test_tier5HasNoLimits() public {
        by(compliance).setTier(carol, 5);
        by(vip).transfer(carol, 1_000_000);
        stands(vip, 0, 1_000_000, 5, false);
        stands(carol, 1_000_000, 0, 5, false);
    }

    // ------------------------------------------------------------------ the payee

    function test_exactlyAtTheBalanceLimit() public {
        refuses(BalanceLimitExceeded.selector, bob, 5_001, 5_000);
        by(vip).transfer(bob, 4_001);
        by(vip).transfer(bob, 4_000);
        stands(bob, 5_000, 0, 1, false);
        refuses(BalanceLimitExceeded.selector, bob, 5_001, 5_000);
        by(vip).transfer(bob, 1);
    }

    function test_thePayeesOwnTierCounts() public {
        refuses(BalanceLimitExceeded.selector, dave, 50_001, 50_000);
        by(vip).transfer(dave, 49_501);
        by(vip).transfer(dave, 49_500);
        holds(dave, 50_000);
    }

    function test_whoeverIsNotRegisteredCannotReceive() public {
        refuses(BalanceLimitExceeded.selector, carol, 1, 0);
        by(alice).transfer(carol, 1);
        refuses(BalanceLimitExceeded.selector, address(teller), 1, 0);
        by(alice).transfer(address(teller), 1);
    }

    function test_nobodyReceives() public {
        refuses(ERC20InvalidReceiver.selector, address(0));
        by(alice).transfer(address(0), 1);
        refuses(ERC20InvalidReceiver.selector, address(token));
        by(alice).transfer(address(token), 1);
        refuses(ERC20InvalidReceiver.selector, address(token));
        by(alice).transfer(address(token), 0);
    }

    function test_nobodyPays() public {
        refuses(ERC20InvalidSender.selector, address(0));
        by(address(0)).transfer(bob, 0);
    }

    // ------------------------------------------------------------------ freeze and pause

    function test_aFrozenPayer() public {
        by(compliance).freeze(alice);
        refuses(FrozenAccount.selector, alice);
        by(alice).transfer(bob, 1);
        refuses(FrozenAccount.selector, alice);
        by(alice).transfer(bob, 0);
    }

    function test_aFrozenPayee() public {
        by(compliance).freeze(bob);
        refuses(FrozenAccount.selector, bob);
        by(alice).transfer(bob, 1);
        refuses(FrozenAccount.selector, bob);
        by(alice).transfer(bob, 0);
    }

    function test_ofTwoFrozenThePayerIsNamed() public {
        by(compliance).freeze(alice);
        by(compliance).freeze(bob);
        refuses(FrozenAccount.selector, alice);
        by(alice).transfer(bob, 1);
    }

    function test_aFrozenPayeeWithoutLimits() public {
        by(compliance).freeze(vip);
        refuses(FrozenAccount.selector, vip);
        by(alice).transfer(vip, 1);
        by(compliance).unfreeze(vip);
        by(alice).transfer(vip, 1);
        holds(vip, 1_000_001);
    }

    function test_paused() public {
        by(guardian).pause();
        refuses(TokenPaused.selector);
        by(alice).transfer(bob, 1);
        by(governor).unpause();
        by(alice).transfer(bob, 1);
        holds(bob, 1_001);
    }

    // ------------------------------------------------------------------ which reason comes first

    function test_thePauseIsNamedFirst() public {
        by(compliance).freeze(alice);
        by(guardian).pause();
        refuses(TokenPaused.selector);
        by(alice).transfer(address(0), ANY);
    }

    function test_thenTheReceiver() public {
        by(compliance).freeze(alice);
        refuses(ERC20InvalidReceiver.selector, address(0));
        by(alice).transfer(address(0), ANY);
    }

    function test_thenTheFreezeThenTheBalanceThenThePaymentThenTheDay() public {
        by(alice).transfer(vip, 1_000);
        by(alice).transfer(vip, 1_000);
        by(compliance).freeze(alice);
        refuses(FrozenAccount.selector, alice);
        by(alice).transfer(carol, 2_001);
        by(compliance).unfreeze(alice);
        refuses(ERC20InsufficientBalance.selector, alice, 2_000, 2_001);
        by(alice).transfer(carol, 2_001);
        refuses(PaymentLimitExceeded.selector, alice, 1_001, 1_000);
        by(alice).transfer(carol, 1_001);
        refuses(DailyLimitExceeded.selector, alice, 2_501, 2_500);
        by(alice).transfer(carol, 501);
        refuses(BalanceLimitExceeded.selector, carol, 500, 0);
        by(alice).transfer(carol, 500);
    }

    // ------------------------------------------------------------------ to oneself

    function test_toOneselfMovesNothingAndIsSpending() public {
        tells();
        emit IERC20.Transfer(alice, alice, 1_000);
        by(alice).transfer(alice, 1_000);
        stands(alice, 4_000, 1_000, 1, false);
        supplyIs(SUPPLY, SUPPLY);
    }

    function test_toOneselfWithAFullAccount() public {
        by(vip).transfer(bob, 4_000);
        by(bob).transfer(bob, 1_000);
        stands(bob, 5_000, 1_000, 1, false);
    }

    function test_toOneselfOverALoweredBalanceLimit() public {
        by(governor).setLimits(1, 1_000, 2_500, 3_999);
        refuses(BalanceLimitExceeded.selector, alice, 4_000, 3_999);
        by(alice).transfer(alice, 1);
    }

    function test_toOneselfKeepsTheOtherRules() public {
        refuses(ERC20InsufficientBalance.selector, bob, 1_000, 1_001);
        by(bob).transfer(bob, 1_001);
        refuses(PaymentLimitExceeded.selector, alice, 1_001, 1_000);
        by(alice).transfer(alice, 1_001);
        by(compliance).freeze(alice);
        refuses(FrozenAccount.selector, alice);
        by(alice).transfer(alice, 1);
    }

    /// Rules are judged one by one only for who has no limits, or to say which one is broken.
    function test_aPlainPaymentIsJudgedAtOnce() public {
        by(alice).transfer(bob, 1); // from here on nothing is read for the first time
        uint256 left = gasleft();
        by(alice).transfer(bob, 1);
        uint256 atOnce = left - gasleft();
        by(bob).transfer(vip, 1);
        left = gasleft();
        by(vip).transfer(bob, 1);
        uint256 bySteps = left - gasleft();
        so("fewer steps", atOnce + 500 < bySteps);
    }
}
