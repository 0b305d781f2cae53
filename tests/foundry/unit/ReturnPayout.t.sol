// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RedeemOrder} from "../../../contracts/interfaces/IDepositToken.sol";
import {World} from "./World.sol";

/// returnPayout: what was burned and could not be paid out comes back, once, in every state.
contract ReturnPayoutTest is World {
    function burn(uint256 amount, uint256 fee) private {
        RedeemOrder memory one = order(alice, amount, fee);
        by(relay).redeem(one, signed(ALICE, hashOrder(one)));
    }

    function refusesState(address holder, bytes32 nonce, uint8 state) private {
        refuses(abi.encodeWithSelector(RedemptionNotReturnable.selector, holder, nonce, state));
        by(issuer).returnPayout(holder, nonce);
    }

    function test_creditsAndSaysSo() public {
        burn(700, 30);
        tells();
        emit IERC20.Transfer(address(0), alice, 670);
        tells();
        emit PayoutReturned(alice, NONCE, 670);
        by(issuer).returnPayout(alice, NONCE);
        stands(alice, 3_970, 700, 1, false); // what was spent stays spent
        supplyIs(SUPPLY - 30, SUPPLY + 670);
        (uint8 state, uint256 owed) = token.getRedemption(alice, NONCE);
        same("state", state, 3);
        same("returned", owed, 670);
    }

    function test_once() public {
        burn(700, 30);
        by(issuer).returnPayout(alice, NONCE);
        refusesState(alice, NONCE, 3);
        holds(alice, 3_970);
    }

    function test_onlyWhatWasBurned() public {
        refusesState(alice, NONCE, 0);
        by(alice).cancelRedeemOrder(alice, NONCE, "");
        refusesState(alice, NONCE, 2);
        RedeemOrder memory one = order(alice, 700, 30);
        one.nonce = 0;
        by(relay).redeem(one, signed(ALICE, hashOrder(one)));
        refusesState(bob, 0, 0);
        refusesState(alice, NONCE, 2);
    }

    function test_inEveryState() public {
        burn(1_000, 0);
        by(vip).transfer(alice, 2_000);
        by(compliance).setTier(alice, 0);
        by(compliance).freeze(alice);
        by(guardian).pause();
        by(issuer).returnPayout(alice, NONCE);
        stands(alice, 6_000, 1_000, 0, true);
    }

    function test_nothingIsOwedWhenAllWasFee() public {
        burn(700, 700);
        tells();
        emit PayoutReturned(alice, NONCE, 0);
        by(issuer).returnPayout(alice, NONCE);
        holds(alice, 3_300);
        refusesState(alice, NONCE, 3);
    }

    function test_onlyASupplyAtItsTopStopsIt() public {
        burn(700, 0);
        give(vip, MOST - SUPPLY + 1);
        refuses(SupplyLimitExceeded.selector, uint256(700), uint256(699));
        by(issuer).returnPayout(alice, NONCE);
        (uint8 state,) = token.getRedemption(alice, NONCE);
        same("still burned", state, 1);
        by(compliance).setTier(alice, 5);
        RedeemOrder memory one = order(alice, 1, 0);
        one.nonce = 0;
        by(relay).redeem(one, signed(ALICE, hashOrder(one)));
        by(issuer).returnPayout(alice, NONCE);
        supplyIs(MOST, MOST + 1 + 700);
        holds(alice, 3_999);
    }
}
