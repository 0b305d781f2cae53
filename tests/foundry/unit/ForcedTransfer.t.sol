// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {World} from "./World.sol";

/// forcedTransfer: past the sender's freeze, every limit and the pause; never to nobody.
contract ForcedTransferTest is World {
    function seize(address from, address to, uint256 amount) private {
        by(seizure).forcedTransfer(from, to, amount, CASE);
    }

    function test_takesFreezesAndSaysSo() public {
        tells();
        emit IERC20.Transfer(alice, bob, 700);
        tells();
        emit AccountFrozen(alice);
        tells();
        emit ForcedTransfer(alice, bob, 700, CASE);
        seize(alice, bob, 700);
        stands(alice, 3_300, 0, 1, true);
        stands(bob, 1_700, 0, 1, false);
        supplyIs(SUPPLY, SUPPLY);
    }

    function test_whatWasSpentStaysCounted() public {
        by(alice).transfer(vip, 300);
        by(bob).transfer(vip, 20);
        seize(alice, bob, 700);
        stands(alice, 3_000, 300, 1, true);
        stands(bob, 1_680, 20, 1, false);
    }

    function test_pastTheFreezeAllLimitsAndThePause() public {
        by(compliance).freeze(alice);
        by(compliance).setTier(alice, 0);
        by(governor).setLimits(2, 0, 0, 0);
        by(guardian).pause();
        seize(alice, dave, 4_000);
        stands(alice, 0, 0, 0, true);
        stands(dave, 4_500, 0, 2, false);
    }

    function test_exactlyAllThereIs() public {
        refuses(ERC20InsufficientBalance.selector, alice, 4_000, 4_001);
        seize(alice, bob, 4_001);
        refuses(ERC20InsufficientBalance.selector, alice, 4_000, ANY);
        seize(alice, bob, ANY);
        seize(alice, bob, 4_000);
        holds(alice, 0);
        holds(bob, 5_000);
    }

    function test_nothingStillFreezes() public {
        seize(alice, bob, 0);
        stands(alice, 4_000, 0, 1, true);
        seize(carol, bob, 0);
        stands(carol, 0, 0, 0, true);
    }

    function test_namesItsCase() public {
        refuses(EmptyCaseReference.selector);
        by(seizure).forcedTransfer(alice, bob, 1, 0);
        refuses(EmptyCaseReference.selector);
        by(seizure).forcedTransfer(address(0), address(0), 1, 0);
    }

    function test_nobodyReceives() public {
        refuses(ERC20InvalidReceiver.selector, address(0));
        seize(alice, address(0), 1);
        refuses(ERC20InvalidReceiver.selector, address(token));
        seize(alice, address(token), 1);
    }

    /// Or it would lift the freeze that it sets.
    function test_notToOneself() public {
        refuses(ERC20InvalidReceiver.selector, alice);
        seize(alice, alice, 1);
        refuses(ERC20InvalidReceiver.selector, alice);
        seize(alice, alice, 0);
        by(compliance).freeze(alice);
        refuses(ERC20InvalidReceiver.selector, alice);
        seize(alice, alice, 1);
        stands(alice, 4_000, 0, 1, true);
    }

    function test_fromNobody() public {
        refuses(ERC20InvalidSender.selector, address(0));
        seize(address(0), bob, 0);
    }

    function test_onlyToWhoIsRegistered() public {
        refuses(UnregisteredAccount.selector, carol);
        seize(alice, carol, 1);
        refuses(UnregisteredAccount.selector, address(teller));
        seize(alice, address(teller), 1);
        by(compliance).freeze(carol);
        refuses(UnregisteredAccount.selector, carol);
        seize(alice, carol, 1);
    }

    function test_notToWhoIsFrozen() public {
        by(compliance).freeze(bob);
        refuses(FrozenAccount.selector, bob);
        seize(alice, bob, 1);
        refuses(FrozenAccount.selector, bob);
        seize(alice, bob, ANY);
    }

    /// Who was frozen to be seized cannot slip away by a payment or an order.
    function test_cannotBeDodged() public {
        by(compliance).freeze(alice);
        refuses(FrozenAccount.selector, alice);
        by(alice).transfer(vip, 1);
        seize(alice, bob, 4_000);
        refuses(FrozenAccount.selector, alice);
        by(alice).transfer(vip, 0);
    }
}
