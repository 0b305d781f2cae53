// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IDepositTokenErrors} from "../../../contracts/interfaces/IDepositTokenErrors.sol";
import {Account} from "../../../contracts/libraries/AccountWord.sol";
import {Policy} from "../../../contracts/libraries/PolicyWord.sol";
import {Rules} from "../../../contracts/libraries/Rules.sol";
import {Check} from "../Check.sol";

/// The rules themselves, on words that no account has: a tier that nobody can give has no rights.
contract RulesTest is Check {
    Policy private constant OPEN = Policy.wrap(type(uint240).max);

    function test_aTierThatIsNoneIsClosed() public pure {
        for (uint256 tier = 6; tier < 8; ++tier) {
            Account account = Account.wrap(0).credit(100).withTier(tier);
            (bytes4 reason,) = Rules.spending(OPEN, account, 1, 7);
            so("pays nothing", reason == IDepositTokenErrors.PaymentLimitExceeded.selector);
            reason = Rules.receiving(OPEN, account, 1);
            so("receives nothing", reason == IDepositTokenErrors.BalanceLimitExceeded.selector);
        }
    }

    function test_tier5HasNoLimits() public pure {
        Account account = Account.wrap(0).credit(100).withTier(5);
        (bytes4 reason,) = Rules.spending(Policy.wrap(0), account, 100, 7);
        so("pays", reason == 0);
        so("receives", Rules.receiving(Policy.wrap(0), account, type(uint96).max) == 0);
    }
}
