// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Scale, Stage} from "./Stage.sol";
import {StrangerActs} from "./StrangerActs.sol";

/// Random acts on the token and the Teller, each beside the model: what the model expects must happen,
/// and nothing else may. No act reverts by itself, so every call counts.
contract Handler is StrangerActs {
    constructor(Scale memory scale) Stage(scale) {
        _furnish();
    }

    function _furnish() private {
        limit(1, 1_000, 2_500, 5_000);
        limit(2, 100_000, 200_000, 1_000_000);
        limit(3, 3_000_000, 4_000_000, 50_000_000);
        limit(4, 4_095 * 10 ** 15, 4_095 * 10 ** 15, 4_095 * 10 ** 15);
        bytes memory data = abi.encodeCall(teller.setApprovalsNeeded, (2));
        actOnTeller(holderOf(GOVERNOR), data, true);
        setMaxAge(1 days);
        setBucket(vast ? 10 ** 18 : 100_000, vast ? 10 ** 12 : 10);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            setTier(i, 5);
        }
        issueApproved(0, MOST, 3, 3);
        issueApproved(4, MOST, 3, 1);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            setTier(i, vast ? 5 - i % 2 : 1 + i % 5);
        }
        manager.renounceRole(0, address(this));
        (acts, refused) = (0, 0);
    }

    /// What must hold when all is done.
    function checkAll() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            look(person(i));
            sum += token.balanceOf(person(i));
        }
        for (uint64 role = 1; role <= ROLES; ++role) {
            same("a role holder's balance", token.balanceOf(holderOf(role)), 0);
        }
        same("the token's own balance", token.balanceOf(address(token)), 0);
        same("the Teller's balance", token.balanceOf(address(teller)), 0);
        same("nobody's balance", token.balanceOf(address(0)), 0);
        same("supply is the sum", token.totalSupply(), sum);
        same("supply is the history", token.totalSupply(), issued + returned - redeemed);
        same("minted", token.totalMinted(), issued + returned);
        so("pause", token.paused() == stopped);
        lookAtSupply();
        lookAtRights();
    }
}
