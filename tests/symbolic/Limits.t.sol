// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositTokenErrors} from "../../contracts/interfaces/IDepositTokenErrors.sol";
import {SymbolicToken} from "./SymbolicToken.sol";

/// The deployed token says yes exactly when the plain rules do: to a transfer, and to the question
/// whether it would.
contract LimitsCheck is SymbolicToken {
    struct Side {
        uint256 balance;
        uint256 spent;
        uint8 tier;
        bool frozen;
    }

    function check_canTransferSaysWhatTheRulesSay(
        address from,
        address to,
        uint256 amount,
        uint40 time
    ) external {
        vm.warp(time);
        assumeWithinSupply(from, to);
        bool may = mayPay(from, to, amount);
        assert(token.canTransfer(from, to, amount) == may);
    }

    function check_aTransferPassesExactlyWhenItCan(
        address from,
        address to,
        uint256 amount,
        uint40 time
    ) external {
        vm.warp(time);
        assumeWithinSupply(from, to);
        assumeNobodyIsFrozen();
        for (uint8 tier = 0; tier < UNLIMITED; ++tier) {
            limitsOf(tier);
        }
        bool can = token.canTransfer(from, to, amount);
        vm.prank(from);
        (bool paid,) =
            address(token).call(abi.encodeWithSelector(token.transfer.selector, to, amount));
        assert(paid == can);
    }

    function reach_aPaymentBetweenLimitedAccounts(address from, address to, uint256 amount)
        external
    {
        assumeNobodyIsFrozen();
        vm.assume(side(from).tier == 1 && side(to).tier == 2 && from != to && amount > 1000);
        if (token.canTransfer(from, to, amount)) assert(false);
    }

    function reach_aPaymentOverTheDailyLimit(address from, address to, uint256 amount) external {
        assumeNobodyIsFrozen();
        vm.assume(side(from).tier == 1);
        (bytes4 reason,,) = token.transferCheck(from, to, amount);
        if (reason == IDepositTokenErrors.DailyLimitExceeded.selector) assert(false);
    }

    /// Every rule is weighed, whatever the others say: one sum to the solver instead of ten paths.
    function mayPay(address from, address to, uint256 amount) private view returns (bool may) {
        (Side memory payer, Side memory payee) = (side(from), side(to));
        (uint256 perPayment, uint256 perDay,) = limitsOf(payer.tier);
        (,, uint256 most) = limitsOf(payee.tier);
        may = !token.paused();
        may = both(may, !payer.frozen);
        may = both(may, !payee.frozen);
        may = both(may, from != address(0));
        may = both(may, to != address(0));
        may = both(may, to != address(token));
        may = both(may, amount <= payer.balance);
        may = both(may, amount <= perPayment);
        unchecked {
            // Neither sum wraps for an amount within the balance.
            may = both(may, payer.spent + amount <= perDay);
            may = both(may, payee.balance + (from == to ? 0 : amount) <= most);
        }
    }

    /// `and` without a second path.
    function both(bool one, bool other) private pure returns (bool all) {
        assembly ("memory-safe") {
            all := and(one, other)
        }
    }

    /// No limit is above 4095 · 10^15: `PolicyWordCheck` proves it, and the solver, to whom 10^n is
    /// any function, must be told.
    function limitsOf(uint8 tier) private view returns (uint256, uint256, uint256) {
        (uint256 perPayment, uint256 perDay, uint256 balance) = token.getLimits(tier);
        if (tier != UNLIMITED) {
            vm.assume(perPayment < 2 ** 62 && perDay < 2 ** 62 && balance < 2 ** 62);
        }
        return (perPayment, perDay, balance);
    }

    function side(address who) private view returns (Side memory it) {
        (it.balance, it.spent, it.tier, it.frozen) = token.getAccount(who);
        vm.assume(it.tier <= UNLIMITED);
        limitsOf(it.tier);
    }
}
