// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IDepositToken} from "../../../contracts/interfaces/IDepositToken.sol";
import {World} from "./World.sol";

/// setTier, freeze and unfreeze: what compliance does to an account, and what it leaves alone.
contract AccountsTest is World {
    function test_registers() public {
        tells();
        emit TierSet(carol, 3);
        by(compliance).setTier(carol, 3);
        stands(carol, 0, 0, 3, false);
    }

    function test_everyTier() public {
        by(alice).transfer(vip, 100);
        for (uint8 tier = 0; tier < 6; ++tier) {
            tells();
            emit TierSet(alice, tier);
            by(compliance).setTier(alice, tier);
            stands(alice, 3_900, 100, tier, false);
        }
        by(compliance).setTier(alice, 0);
        stands(alice, 3_900, 100, 0, false);
    }

    function test_noTierAboveTheLast() public {
        refuses(UnknownTier.selector, uint256(6));
        by(compliance).setTier(alice, 6);
        refuses(UnknownTier.selector, uint256(255));
        by(compliance).setTier(alice, 255);
        stands(alice, 4_000, 0, 1, false);
    }

    function test_nobodyIsRegistered() public {
        refuses(ERC20InvalidReceiver.selector, address(0));
        by(compliance).setTier(address(0), 1);
        refuses(ERC20InvalidReceiver.selector, address(token));
        by(compliance).setTier(address(token), 1);
        refuses(ERC20InvalidReceiver.selector, address(0));
        by(compliance).setTier(address(0), 6);
    }

    function test_freezesAndUnfreezes() public {
        by(alice).transfer(vip, 100);
        tells();
        emit AccountFrozen(alice);
        by(compliance).freeze(alice);
        stands(alice, 3_900, 100, 1, true);
        stands(bob, 1_000, 0, 1, false);
        tells();
        emit AccountUnfrozen(alice);
        by(compliance).unfreeze(alice);
        stands(alice, 3_900, 100, 1, false);
    }

    function test_again() public {
        by(compliance).freeze(alice);
        tells();
        emit AccountFrozen(alice);
        by(compliance).freeze(alice);
        stands(alice, 4_000, 0, 1, true);
        by(compliance).unfreeze(alice);
        tells();
        emit AccountUnfrozen(alice);
        by(compliance).unfreeze(alice);
        stands(alice, 4_000, 0, 1, false);
    }

    /// Those who can never pay or receive are frozen from birth and for ever.
    function test_nobodyIsFrozenForEver() public {
        address[2] memory nobody = [address(0), address(token)];
        for (uint256 i = 0; i < 2; ++i) {
            stands(nobody[i], 0, 0, 0, true);
            refuses(ERC20InvalidReceiver.selector, nobody[i]);
            by(compliance).unfreeze(nobody[i]);
            refuses(ERC20InvalidReceiver.selector, nobody[i]);
            by(compliance).freeze(nobody[i]);
            stands(nobody[i], 0, 0, 0, true);
        }
        IDepositToken other = deployToken(OFFSET);
        (,,, bool frozen) = other.getAccount(address(other));
        so("itself", frozen);
        (,,, frozen) = other.getAccount(address(token));
        so("no other token", !frozen);
    }

    function test_aFrozenAccountsTierCanChange() public {
        by(compliance).freeze(alice);
        by(compliance).setTier(alice, 2);
        stands(alice, 4_000, 0, 2, true);
    }

    function test_whilePaused() public {
        by(guardian).pause();
        by(compliance).setTier(alice, 2);
        by(compliance).freeze(alice);
        stands(alice, 4_000, 0, 2, true);
        by(compliance).unfreeze(alice);
        stands(alice, 4_000, 0, 2, false);
    }

    /// The fields below and above the tier and the freeze, all at their top.
    function test_noFieldRunsIntoItsNeighbour() public {
        by(compliance).setTier(vip, 5);
        give(vip, MOST - SUPPLY);
        uint256 all = MOST - SUPPLY + 1_000_000;
        by(vip).transfer(vip, all);
        by(vip).transfer(vip, all);
        by(compliance).freeze(vip);
        stands(vip, all, MOST, 5, true);
        by(compliance).setTier(vip, 0);
        stands(vip, all, MOST, 0, true);
        by(compliance).setTier(vip, 5);
        by(compliance).unfreeze(vip);
        stands(vip, all, MOST, 5, false);
    }
}
