// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IssueEntry} from "../../../contracts/interfaces/IDepositToken.sol";
import {Vm} from "../Check.sol";
import {World} from "./World.sol";

/// issue and void: each deposit number is used once, for ever, and one bad entry stops no other.
contract IssueTest is World {
    /// The entry of number 500 is refused for `reason`, and nothing but the number changes.
    function isRefused(address holder, uint256 amount, bytes4 reason) private {
        uint256 supply = token.totalSupply();
        uint256 minted = token.totalMinted();
        uint256 balance = token.balanceOf(holder);
        IssueEntry[] memory entries = numbered(500, holder, amount);
        vm.recordLogs();
        same("credited", by(issuer).issue(entries), 0);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same("one event", logs.length, 1);
        so("IssueRefused", logs[0].topics[0] == IssueRefused.selector);
        same("number", uint256(logs[0].topics[1]), 500);
        so("holder", logs[0].topics[2] == bytes32(uint256(uint160(holder))));
        so("values", keccak256(logs[0].data) == keccak256(abi.encode(amount, REF, reason)));
        so("the number is used up", token.depositNumberUsed(500));
        holds(holder, balance);
        supplyIs(supply, minted);
    }

    function numbered(uint256 number, address holder, uint256 amount)
        private
        pure
        returns (IssueEntry[] memory entries)
    {
        entries = new IssueEntry[](1);
        entries[0] = IssueEntry(number, REF, holder, amount);
    }

    // ------------------------------------------------------------------ credited

    function test_creditsAndSaysSo() public {
        tells();
        emit IERC20.Transfer(address(0), bob, 700);
        tells();
        emit Issued(7, bob, 700, REF);
        same("credited", by(issuer).issue(numbered(7, bob, 700)), 700);
        stands(bob, 1_700, 0, 1, false);
        supplyIs(SUPPLY + 700, SUPPLY + 700);
        so("the number is used up", token.depositNumberUsed(7));
        so("the next is not", !token.depositNumberUsed(8));
        so("the one before is not", !token.depositNumberUsed(6));
    }

    function test_manyAtOnce() public {
        IssueEntry[] memory entries = new IssueEntry[](3);
        entries[0] = IssueEntry(7, REF, bob, 5);
        entries[1] = IssueEntry(8, 0, vip, 60);
        entries[2] = IssueEntry(9, REF, bob, 700);
        tells();
        emit Issued(7, bob, 5, REF);
        tells();
        emit Issued(8, vip, 60, 0);
        tells();
        emit Issued(9, bob, 700, REF);
        same("credited", by(issuer).issue(entries), 765);
        holds(bob, 1_705);
        holds(vip, 1_000_060);
        supplyIs(SUPPLY + 765, SUPPLY + 765);
    }

    function test_noneAtOnce() public {
        same("credited", by(issuer).issue(new IssueEntry[](0)), 0);
        supplyIs(SUPPLY, SUPPLY);
    }

    function test_exactlyAtTheBalanceLimit() public {
        isRefused(bob, 4_001, BalanceLimitExceeded.selector);
        give(bob, 4_000);
        holds(bob, 5_000);
        by(vip).transfer(bob, 0);
    }

    function test_noLimitOfAPaymentCounts() public {
        give(bob, 4_000); // more than one payment of the tier, and than its day
        stands(bob, 5_000, 0, 1, false);
    }

    function test_tier5HasNoLimit() public {
        by(compliance).setTier(carol, 5);
        give(carol, MOST - SUPPLY);
        holds(carol, MOST - SUPPLY);
        supplyIs(MOST, MOST);
    }

    // ------------------------------------------------------------------ refused

    function test_oneBadEntryStopsNoOther() public {
        IssueEntry[] memory entries = new IssueEntry[](4);
        entries[0] = IssueEntry(7, REF, bob, 5);
        entries[1] = IssueEntry(8, REF, carol, 60);
        entries[2] = IssueEntry(7, REF, bob, 700);
        entries[3] = IssueEntry(9, REF, bob, 8);
        tells();
        emit Issued(7, bob, 5, REF);
        tells();
        emit IssueRefused(8, carol, 60, REF, BalanceLimitExceeded.selector);
        tells();
        emit IssueRefused(7, bob, 700, REF, NumberUsed.selector);
        tells();
        emit Issued(9, bob, 8, REF);
        same("credited", by(issuer).issue(entries), 13);
        holds(bob, 1_013);
    }

    function test_nothingIsNoAmount() public {
        isRefused(bob, 0, ZeroAmount.selector);
    }

    function test_exactlyAtTheTopOfTheSupply() public {
        isRefused(vip, MOST - SUPPLY + 1, SupplyLimitExceeded.selector);
        give(vip, MOST - SUPPLY);
        supplyIs(MOST, MOST);
        vm.recordLogs();
        by(issuer).issue(numbered(501, vip, 1));
        bytes memory reason = vm.getRecordedLogs()[0].data;
        bytes32 expected = keccak256(abi.encode(uint256(1), REF, SupplyLimitExceeded.selector));
        so("no room", keccak256(reason) == expected);
        same("supply", token.totalSupply(), MOST);
    }

    function test_anAmountThatNoBalanceReaches() public {
        isRefused(vip, ANY, SupplyLimitExceeded.selector);
    }

    function test_nobody() public {
        isRefused(address(0), 1, ERC20InvalidReceiver.selector);
    }

    function test_theTokenItself() public {
        isRefused(address(token), 1, ERC20InvalidReceiver.selector);
    }

    function test_theAmountIsLookedAtBeforeTheHolder() public {
        isRefused(address(0), 0, ZeroAmount.selector);
    }

    function test_whoeverIsNotRegistered() public {
        isRefused(carol, 1, BalanceLimitExceeded.selector);
    }

    function test_frozen() public {
        by(compliance).freeze(bob);
        isRefused(bob, 1, FrozenAccount.selector);
    }

    function test_frozenWithoutLimits() public {
        by(compliance).freeze(vip);
        isRefused(vip, 1, FrozenAccount.selector);
    }

    function test_aPauseStopsTheBatch() public {
        by(guardian).pause();
        refuses(TokenPaused.selector);
        by(issuer).issue(numbered(7, bob, 1));
        refuses(TokenPaused.selector);
        by(issuer).issue(new IssueEntry[](0));
        so("the number is open", !token.depositNumberUsed(7));
    }

    // ------------------------------------------------------------------ numbers

    function test_aNumberIsGoodOnce() public {
        by(issuer).issue(numbered(500, bob, 1));
        isRefused(bob, 1, NumberUsed.selector);
        isRefused(vip, 2, NumberUsed.selector);
    }

    function test_aRefusedNumberIsUsedUp() public {
        isRefused(carol, 1, BalanceLimitExceeded.selector);
        by(compliance).setTier(carol, 1);
        isRefused(carol, 1, NumberUsed.selector);
    }

    function test_aVoidedNumberIsUsedUp() public {
        tells();
        emit NumberVoided(500);
        by(issuer).voidNumber(500);
        so("used up", token.depositNumberUsed(500));
        isRefused(bob, 1, NumberUsed.selector);
    }

    /// 256 numbers lie on one page of the record: a batch may turn pages as it likes.
    function test_numbersOfManyPages() public {
        uint256[7] memory numbers = [uint256(300), 8, 256, 601, 301, 600, 9];
        IssueEntry[] memory entries = new IssueEntry[](7);
        for (uint256 i = 0; i < 7; ++i) {
            entries[i] = IssueEntry(numbers[i], REF, bob, 1);
        }
        same("credited", by(issuer).issue(entries), 7);
        for (uint256 number = 0; number < 1_024; ++number) {
            bool used = number > 40 && number < 45;
            for (uint256 i = 0; i < 7; ++i) {
                used = used || number == numbers[i];
            }
            so("used up, and no other", token.depositNumberUsed(number) == used);
        }
        same("again", by(issuer).issue(entries), 0);
        holds(bob, 1_007);
    }

    function test_everyPageIsKept() public {
        for (uint256 bits = 0; bits <= 248; bits += 8) {
            uint256 number = (2 ** bits - 1) << 8;
            same("once", by(issuer).issue(numbered(number, bob, 1)), 1);
            same("again", by(issuer).issue(numbered(number, bob, 1)), 0);
        }
    }

    function test_theFirstNumberAndTheLast() public {
        IssueEntry[] memory entries = new IssueEntry[](4);
        entries[0] = IssueEntry(ANY, REF, bob, 1);
        entries[1] = IssueEntry(0, REF, bob, 20);
        entries[2] = IssueEntry(ANY, REF, bob, 300);
        entries[3] = IssueEntry(255, REF, bob, 400);
        same("credited", by(issuer).issue(entries), 421);
        so("the last", token.depositNumberUsed(ANY) && !token.depositNumberUsed(ANY - 1));
        so("the first", token.depositNumberUsed(0) && !token.depositNumberUsed(1));
        so("of the page", token.depositNumberUsed(255) && !token.depositNumberUsed(256));
    }

    function test_aNumberIsVoidedOnce() public {
        by(issuer).voidNumber(500);
        refuses(NumberUsed.selector, uint256(500));
        by(issuer).voidNumber(500);
        by(issuer).issue(numbered(501, bob, 1));
        refuses(NumberUsed.selector, uint256(501));
        by(issuer).voidNumber(501);
        by(issuer).issue(numbered(502, carol, 1));
        refuses(NumberUsed.selector, uint256(502));
        by(issuer).voidNumber(502);
        so("the next is open", !token.depositNumberUsed(503));
    }

    function test_voidingWhilePaused() public {
        by(guardian).pause();
        by(issuer).voidNumber(500);
        so("used up", token.depositNumberUsed(500));
    }

    /// Numbers that differ in one place of the bitmap only.
    function test_eachNumberHasItsOwnBit() public {
        uint256[8] memory numbers = [0, 255, 256, 511, 512, 1 << 200, ANY - 255, ANY];
        for (uint256 i = 0; i < numbers.length; ++i) {
            for (uint256 j = i; j < numbers.length; ++j) {
                so("open", !token.depositNumberUsed(numbers[j]));
            }
            by(issuer).issue(numbered(numbers[i], bob, 1));
            so("used", token.depositNumberUsed(numbers[i]));
        }
        holds(bob, 1_008);
        so("1", !token.depositNumberUsed(1));
        so("254", !token.depositNumberUsed(254));
        so("257", !token.depositNumberUsed(257));
        so("ANY - 1", !token.depositNumberUsed(ANY - 1));
    }
}
