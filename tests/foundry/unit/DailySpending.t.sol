// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IDepositToken} from "../../../contracts/interfaces/IDepositToken.sol";
import {World} from "./World.sol";

/// What counts as spent today: when the day turns, and what does not turn it.
contract DailySpendingTest is World {
    function spendAll() private {
        by(alice).transfer(vip, 1_000);
        by(alice).transfer(vip, 1_000);
        by(alice).transfer(vip, 500);
    }

    function refusesOneMore() private {
        refuses(DailyLimitExceeded.selector, alice, 2_501, 2_500);
        by(alice).transfer(vip, 1);
    }

    function test_theDayTurnsAtMidnightOfTheCurrency() public {
        spendAll();
        vm.warp(MIDNIGHT - 1);
        isSpent(alice, 2_500);
        refusesOneMore();
        vm.warp(MIDNIGHT);
        isSpent(alice, 0);
        by(alice).transfer(vip, 700);
        stands(alice, 800, 700, 1, false);
    }

    function test_theNewDayHasItsOwnFullLimit() public {
        spendAll();
        vm.warp(MIDNIGHT);
        by(vip).transfer(alice, 1_500);
        spendAll();
        stands(alice, 500, 2_500, 1, false);
        refusesOneMore();
        vm.warp(MIDNIGHT + 1 days - 1);
        refusesOneMore();
        vm.warp(MIDNIGHT + 1 days);
        by(alice).transfer(vip, 1);
        isSpent(alice, 1);
    }

    function test_aZeroPaymentResetsNothing() public {
        spendAll();
        by(alice).transfer(vip, 0);
        isSpent(alice, 2_500);
        by(alice).transfer(alice, 0);
        isSpent(alice, 2_500);
        refusesOneMore();
    }

    function test_aZeroPaymentOfTheNewDayStartsAtZero() public {
        spendAll();
        vm.warp(MIDNIGHT);
        by(alice).transfer(vip, 0);
        stands(alice, 1_500, 0, 1, false);
    }

    function test_receivingGivesNothingBack() public {
        spendAll();
        by(vip).transfer(alice, 2_000);
        isSpent(alice, 2_500);
        refusesOneMore();
    }

    function test_aNewTierInTheMiddleOfTheDayKeepsWhatWasSpent() public {
        spendAll();
        by(compliance).setTier(alice, 2);
        stands(alice, 1_500, 2_500, 2, false);
        by(vip).transfer(alice, 30_000);
        by(alice).transfer(vip, 10_000);
        refuses(DailyLimitExceeded.selector, alice, 20_001, 20_000);
        by(alice).transfer(vip, 7_501);
        by(alice).transfer(vip, 7_500);
        isSpent(alice, 20_000);
        by(compliance).setTier(alice, 1);
        refuses(DailyLimitExceeded.selector, alice, 20_001, 2_500);
        by(alice).transfer(vip, 1);
        by(compliance).setTier(alice, 5);
        by(alice).transfer(vip, 10_000);
        isSpent(alice, 30_000);
    }

    function test_leavingAndComingBackKeepsWhatWasSpent() public {
        spendAll();
        by(compliance).setTier(alice, 0);
        by(compliance).setTier(alice, 1);
        refusesOneMore();
    }

    function test_freezingKeepsWhatWasSpent() public {
        spendAll();
        by(compliance).freeze(alice);
        stands(alice, 1_500, 2_500, 1, true);
        by(compliance).unfreeze(alice);
        refusesOneMore();
    }

    function test_aLoweredLimitCountsWhatWasSpent() public {
        by(alice).transfer(vip, 500);
        by(governor).setLimits(1, 1_000, 499, 5_000);
        refuses(DailyLimitExceeded.selector, alice, 500, 499);
        by(alice).transfer(vip, 0);
    }

    // ------------------------------------------------------------------ where the day turns

    function test_westOfGreenwich() public {
        _theDayTurnsAt(-12 hours, START + 4 hours);
        _theDayTurnsAt(-5 hours, START + 21 hours);
    }

    function test_eastOfGreenwich() public {
        _theDayTurnsAt(0, START + 16 hours);
        _theDayTurnsAt(8 hours, START + 8 hours);
        _theDayTurnsAt(14 hours, START + 2 hours);
    }

    /// START is at 08:00 UTC.
    function _theDayTurnsAt(int32 offset, uint256 midnight) private {
        vm.warp(midnight - 1);
        IDepositToken other = _furnished(offset);
        vm.prank(alice);
        other.transfer(alice, 7);
        (, uint256 spent,,) = other.getAccount(alice);
        same("spent on the last second", spent, 7);
        vm.warp(midnight);
        (, spent,,) = other.getAccount(alice);
        same("spent on the first second", spent, 0);
        same("offset", uint32(other.utcOffsetSeconds()), uint32(offset));
    }

    function _furnished(int32 offset) private returns (IDepositToken other) {
        other = deployToken(offset);
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = IDepositToken.issue.selector;
        selectors[1] = IDepositToken.setTier.selector;
        manager.setTargetFunctionRole(address(other), selectors, ISSUER);
        vm.prank(issuer);
        other.setTier(alice, 5);
        vm.prank(issuer);
        other.issue(entry(alice, 7));
    }

    // ------------------------------------------------------------------ the field's top

    function test_theFigureOfWhoHasNoLimitStaysAtTheFieldsTop() public {
        give(vip, MOST - SUPPLY);
        by(compliance).setTier(carol, 5);
        uint256 all = MOST - SUPPLY + 1_000_000;
        by(vip).transfer(vip, all);
        isSpent(vip, all);
        by(vip).transfer(vip, SUPPLY - 1_000_000);
        stands(vip, all, MOST, 5, false);
        by(vip).transfer(vip, 1);
        stands(vip, all, MOST, 5, false);
        by(vip).transfer(carol, all);
        stands(vip, 0, MOST, 5, false);
        stands(carol, all, 0, 5, false);
        vm.warp(MIDNIGHT);
        isSpent(vip, 0);
    }

    function test_whoLeavesTier5AtTheTopIsOverAnyLimit() public {
        give(vip, MOST - SUPPLY);
        uint256 all = MOST - SUPPLY + 1_000_000;
        by(vip).transfer(vip, all);
        by(vip).transfer(vip, all);
        by(compliance).setTier(vip, 2);
        refuses(DailyLimitExceeded.selector, vip, MOST + 1, 20_000);
        by(vip).transfer(alice, 1);
    }

    /// The field of the day holds 179 years; the one above it is the tier.
    function test_theDayFieldsTop() public {
        uint256 last = 65_535 * 1 days - HOUR;
        vm.warp(last);
        by(alice).transfer(vip, 5);
        stands(alice, 3_995, 5, 1, false);
        vm.warp(last + 1 days - 1);
        isSpent(alice, 5);
        vm.warp(last + 1 days);
        isSpent(alice, 0);
        by(alice).transfer(vip, 6);
        stands(alice, 3_989, 6, 1, false);
        vm.warp(last + 2 days);
        by(alice).transfer(vip, 7);
        stands(alice, 3_982, 7, 1, false);
    }
}
