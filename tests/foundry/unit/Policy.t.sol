// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IDepositToken} from "../../../contracts/interfaces/IDepositToken.sol";
import {World} from "./World.sol";

/// pause, unpause, setLimits and setContractURI: what the guardian and the governor change.
contract PolicyTest is World {
    uint256 private constant TOP = 4_095 * 10 ** 15;

    function limitsAre(uint8 tier, uint256 perPayment, uint256 perDay, uint256 balance)
        private
        view
    {
        (uint256 a, uint256 b, uint256 c) = token.getLimits(tier);
        same("per payment", a, perPayment);
        same("per day", b, perDay);
        same("balance", c, balance);
    }

    // ------------------------------------------------------------------ pause

    function test_pausesAndGoesOn() public {
        so("not paused", !token.paused());
        tells();
        emit Paused(guardian);
        by(guardian).pause();
        so("paused", token.paused());
        limitsAre(1, 1_000, 2_500, 5_000);
        tells();
        emit Unpaused(governor);
        by(governor).unpause();
        so("not paused", !token.paused());
        limitsAre(1, 1_000, 2_500, 5_000);
    }

    function test_pausingTwice() public {
        by(guardian).pause();
        tells();
        emit Paused(guardian);
        by(guardian).pause();
        so("paused", token.paused());
        by(governor).unpause();
        tells();
        emit Unpaused(governor);
        by(governor).unpause();
        so("not paused", !token.paused());
    }

    // ------------------------------------------------------------------ limits

    function test_whatTheWorldStartsWith() public view {
        limitsAre(0, 0, 0, 0);
        limitsAre(1, 1_000, 2_500, 5_000);
        limitsAre(2, 10_000, 20_000, 50_000);
        limitsAre(3, 0, 0, 0);
        limitsAre(4, 0, 0, 0);
        limitsAre(5, ANY, ANY, ANY);
    }

    function test_setsOneTiersLimitsAndSaysSo() public {
        for (uint8 tier = 0; tier < 5; ++tier) {
            tells();
            emit LimitsSet(tier, 1 + tier, 20 + tier, 300 + tier);
            by(governor).setLimits(tier, 1 + tier, 20 + tier, 300 + tier);
        }
        for (uint8 tier = 0; tier < 5; ++tier) {
            limitsAre(tier, 1 + tier, 20 + tier, 300 + tier);
        }
        limitsAre(5, ANY, ANY, ANY);
        so("not paused", !token.paused());
    }

    function test_replacesWhatWasThere() public {
        by(guardian).pause();
        for (uint8 tier = 0; tier < 5; ++tier) {
            by(governor).setLimits(tier, TOP, TOP, TOP);
        }
        so("paused", token.paused());
        for (uint8 tier = 0; tier < 5; ++tier) {
            by(governor).setLimits(tier, 0, tier, 0);
            limitsAre(tier, 0, tier, 0);
            if (tier < 4) limitsAre(tier + 1, TOP, TOP, TOP);
        }
        so("paused", token.paused());
    }

    function test_exactlyWhatTheFieldHolds() public {
        for (uint256 zeros = 0; zeros < 16; ++zeros) {
            uint256 limit = 4_095 * 10 ** zeros;
            by(governor).setLimits(4, limit, 10 ** zeros, 4_090 * 10 ** zeros);
            limitsAre(4, limit, 10 ** zeros, 4_090 * 10 ** zeros);
            refusesLimit(limit + 1);
            refusesLimit(4_096 * 10 ** zeros);
        }
        refusesLimit(10 * TOP);
        refusesLimit(4_096 * 10 ** 15);
        refusesLimit(ANY);
        refusesLimit(10 ** 76);
        limitsAre(4, TOP, 10 ** 15, 4_090 * 10 ** 15);
    }

    /// A limit that does not fit is refused in each of the three places.
    function refusesLimit(uint256 limit) private {
        refuses(UnrepresentableLimit.selector, limit);
        by(governor).setLimits(4, limit, 1, 1);
        refuses(UnrepresentableLimit.selector, limit);
        by(governor).setLimits(4, 1, limit, 1);
        refuses(UnrepresentableLimit.selector, limit);
        by(governor).setLimits(4, 1, 1, limit);
    }

    function test_noLimitsForTheLastTierOrAbove() public {
        refuses(UnknownTier.selector, uint256(5));
        by(governor).setLimits(5, 1, 1, 1);
        refuses(UnknownTier.selector, uint256(255));
        by(governor).setLimits(255, 1, 1, 1);
        refuses(UnknownTier.selector, uint256(6));
        token.getLimits(6);
        refuses(UnknownTier.selector, uint256(255));
        token.getLimits(255);
        refuses(UnknownTier.selector, uint256(5));
        by(governor).setLimits(5, ANY, 1, 1);
    }

    function test_oneZeroIsClosedAndBindsAtOnce() public {
        by(governor).setLimits(1, 0, 2_500, 5_000);
        refuses(PaymentLimitExceeded.selector, alice, 1, 0);
        by(alice).transfer(vip, 1);
        by(governor).setLimits(1, 1_000, 2_500, 0);
        refuses(BalanceLimitExceeded.selector, bob, 1_001, 0);
        by(vip).transfer(bob, 1);
        by(alice).transfer(vip, 1);
    }

    // ------------------------------------------------------------------ description

    function test_saysWhereItsDescriptionIs() public {
        so("as deployed", keccak256(bytes(token.contractURI())) == keccak256(bytes(DESCRIPTION)));
        tells();
        emit ContractURIUpdated();
        by(governor).setContractURI("ipfs://new");
        so("new", keccak256(bytes(token.contractURI())) == keccak256("ipfs://new"));
        by(governor).setContractURI("");
        so("none", bytes(token.contractURI()).length == 0);
    }

    function test_aLongDescription() public {
        string memory uri = string(new bytes(1_000));
        by(governor).setContractURI(uri);
        so("whole", keccak256(bytes(token.contractURI())) == keccak256(bytes(uri)));
    }
}
